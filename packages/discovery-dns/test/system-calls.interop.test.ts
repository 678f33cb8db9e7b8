import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { clusterZone, namedServer } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildPackage, packageFolder } from './built-package.js'

const run = promisify(execFile)
/** The resolves that are counted: what a run of twice as many makes more. */
const RESOLVES = 100

beforeAll(buildPackage, 120_000)

const program = `
  import { resolveCluster } from '@pstorage/discovery-core'
  import { dnsResolver } from '@pstorage/discovery-dns'
  const [server, resolves] = process.argv.slice(1)
  const resolver = dnsResolver({ servers: [server], domains: ['calls.test'] })
  for (let done = 0; done < Number(resolves); done += 1) {
    const { outcome } = await resolveCluster(resolver, 'cluster-1')
    if (outcome !== 'found') throw new Error(outcome)
  }
  await resolver[Symbol.asyncDispose]()
`

/** System calls of the network and of files, by name. */
async function callsOf(server: string, resolves: number): Promise<Readonly<Record<string, number>>> {
  const node = [process.execPath, '--input-type=module', '--eval', program, server, String(resolves)]
  const traced = ['-f', '-c', '-e', 'trace=%network,%file,close', ...node]
  const { stderr } = await run('strace', traced, { cwd: packageFolder })
  // % time, seconds, usecs/call, calls, errors or nothing, name
  const lines = stderr.matchAll(/^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$/gm)
  return Object.fromEntries([...lines].map(([, calls, name]) => [name, Number(calls)]))
}

describe('a resolve by SRV', () => {
  it('opens one socket, binds and connects it, sends once, and closes it', async () => {
    const zones = { 'calls.test': clusterZone({ clusters: 1 }) }
    await using named = await namedServer({ zones })
    const [once, twice] = [await callsOf(named.server, RESOLVES), await callsOf(named.server, 2 * RESOLVES)]
    const perResolve = (name: string): number => ((twice[name] ?? 0) - (once[name] ?? 0)) / RESOLVES
    // Garbage collection and the like may add a few calls to a run.
    for (const name of ['socket', 'bind', 'connect', 'close']) expect(perResolve(name)).toBeCloseTo(1, 0)
    expect(perResolve('sendmsg') + perResolve('sendto') + perResolve('sendmmsg')).toBeCloseTo(1, 0)
    // The answer, and that there is no other one.
    expect(perResolve('recvmsg') + perResolve('recvmmsg')).toBeLessThan(2.5)
    // Nothing is looked up in files: neither resolv.conf nor hosts.
    expect(perResolve('openat')).toBeCloseTo(0, 0)
  })
})
