import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { hostileServer } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildPackage, packageFolder } from './built-package.js'
import { answer, domain } from './good-zone.js'

const run = promisify(execFile)

beforeAll(buildPackage, 120_000)

/** Prints how many descriptors a child process has, before and while 100 resolvers wait for answers. */
const forking = `
  import { execFileSync } from 'node:child_process'
  import { once } from 'node:events'
  import { resolveCluster } from '@pstorage/discovery-core'
  import { dnsResolver } from '@pstorage/discovery-dns'
  const [domain, server] = process.argv.slice(1)
  const descriptors = () => execFileSync('/bin/ls', ['/proc/self/fd'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).split('\\n').length
  const before = descriptors()
  const controller = new AbortController()
  const resolving = Array.from({ length: 100 }, () => {
    const resolver = dnsResolver({ servers: [server], domains: [domain] })
    return resolveCluster(resolver, 'alpha', { signal: controller.signal }).catch(() => 'left')
  })
  await once(process.stdin, 'data')
  const sockets = process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length
  const during = descriptors()
  controller.abort()
  const reports = new Set(await Promise.all(resolving))
  process.stdin.destroy()
  console.log(JSON.stringify({ before, during, sockets, reports: [...reports] }))
`

/** Reads a FIFO in place of resolv.conf, and prints where a module is then found: Node.js follows links to those. */
const afterFifo = `
  import { execFileSync } from 'node:child_process'
  import { mkdtempSync, rmSync } from 'node:fs'
  import { readRegularFileSync, resolveCluster } from '@pstorage/discovery-core'
  import { dnsResolver } from '@pstorage/discovery-dns'
  const directory = mkdtempSync('/tmp/after-fifo-')
  const resolvConf = directory + '/resolv.conf'
  execFileSync('mkfifo', [resolvConf])
  import.meta.resolve('@pstorage/dns-message')
  const resolver = dnsResolver({ resolvConf })
  const { outcome } = await resolveCluster(resolver, 'alpha', { timeout: 500 })
  const found = [import.meta.resolve('@pstorage/testbed')]
  try { readRegularFileSync(resolvConf, 10) } catch {}
  found.push(import.meta.resolve('@pstorage/dns-message/tsig'))
  rmSync(directory, { recursive: true })
  console.log(JSON.stringify({ outcome, found }))
`

describe('a process', () => {
  it('follows links to modules after it has looked at a FIFO', async () => {
    const node = ['--input-type=module', '--eval', afterFifo]
    const { outcome, found } = JSON.parse((await run(process.execPath, node, { cwd: packageFolder })).stdout)
    expect(outcome).toBe('undetermined')
    for (const url of found) expect(url).not.toContain('node_modules')
  })

  it('hands no socket of 100 resolvers on to a program that it starts', async () => {
    await using server = await hostileServer({ udp: () => [] })
    const node = ['--input-type=module', '--eval', forking, domain, server.server]
    const running = run(process.execPath, node, { cwd: packageFolder })
    await server.received(100)
    running.child.stdin?.end('go\n')
    const { before, during, sockets, reports } = JSON.parse((await running).stdout)
    expect(sockets).toBeGreaterThanOrEqual(100)
    expect(during).toBe(before)
    expect(reports).toEqual(['left'])
  })

  it('resolves in eight threads at once, two of which are ended at their work', async () => {
    await using server = await hostileServer({ udp: answer })
    const workerData = { domain, server: server.server, times: 50 }
    const resolveInThread = async (_: unknown, index: number): Promise<readonly string[]> => {
      const worker = new Worker(new URL('./resolve-in-thread.mjs', import.meta.url), { workerData, execArgv: [] })
      const outcomes: string[] = []
      worker.on('message', (outcome) => {
        outcomes.push(outcome)
        if (index < 2) void worker.terminate()
      })
      await once(worker, 'exit')
      return outcomes
    }
    const outcomes = await Promise.all(Array.from({ length: 8 }, resolveInThread))
    expect(new Set(outcomes.flat())).toEqual(new Set(['found']))
    for (const each of outcomes.slice(2)) expect(each).toHaveLength(50)
    // No two threads share ids and ports: 16 and some 15 bits, of which a few hundred are hardly the same twice.
    const keys = server.queries.map(({ bytes, from }) => `${bytes.readUInt16BE(0)} ${from.port}`)
    expect(new Set(keys).size).toBeGreaterThan(keys.length - 3)
  })
})
