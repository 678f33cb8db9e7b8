import { once } from 'node:events'
import { createServer } from 'node:net'
import { memoryResolver, parseEndpoint, type Resolver } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import type { CheckLoaders } from '../src/context.js'
import { type CliRun, cliRun } from './cli-run.js'
import { ending } from './stand-ins.js'

const nothing = async () => (async function* () {})()
const checks: CheckLoaders = { dns: nothing, bootstrap: nothing, zeroconf: nothing }

/** Two sources, each with these addresses on loopback, where nothing listens. */
const doctor = (cluster: readonly string[], dns: () => Resolver, zeroconf: () => Resolver): Promise<CliRun> =>
  cliRun(['doctor', ...cluster, '--backend', 'dns,zeroconf', '--json'], { checks, backends: { dns, zeroconf } })

const having =
  (name: string, clusters: Readonly<Record<string, readonly string[]>>): (() => Resolver) =>
  () =>
    memoryResolver({ name, clusters })

const findingsOf = ({ stdout }: CliRun, check: string) =>
  JSON.parse(stdout).findings.filter((found: { readonly check: string }) => found.check === check)

describe('doctor, comparing sources', () => {
  it.each([
    { id: 'the same', other: ['127.0.0.1:9'], level: 'ok', seen: /all sources agree/ },
    {
      id: 'another server',
      other: ['127.0.0.2:9'],
      level: 'warning',
      seen: /only dns has 127.0.0.1:9; only zeroconf has 127.0.0.2:9/,
    },
    {
      id: 'one more',
      other: ['127.0.0.1:9', '127.0.0.2:9'],
      level: 'warning',
      seen: /^only zeroconf has 127.0.0.2:9$/,
    },
    { id: 'another family', other: ['127.0.0.1:9', '[::1]:9'], level: 'ok', seen: /agree/ },
  ])('says whether they agree: $id', async ({ other, level, seen }) => {
    const run = await doctor([], having('dns', { c1: ['127.0.0.1:9'] }), having('zeroconf', { c1: other }))
    expect(findingsOf(run, 'sources-agree')).toMatchObject([{ level, seen: expect.stringMatching(seen) }])
  })

  it.each([
    { id: 'absent', zeroconf: having('zeroconf', {}), seen: /every source answered/, checked: true },
    {
      id: 'a source did not answer',
      zeroconf: () => ending('zeroconf', 'timeout'),
      seen: /not every source answered/,
      checked: false,
    },
    { id: 'known', zeroconf: having('zeroconf', { c1: [] }), seen: /no usable address/, checked: true },
  ])('says where no source has addresses of a cluster: $id', async ({ zeroconf, seen, checked }) => {
    const run = await doctor(['c1'], having('dns', {}), zeroconf)
    expect(findingsOf(run, 'cluster-found')).toMatchObject([
      { level: 'error', subject: 'c1', seen: expect.stringMatching(seen), checked },
    ])
    expect(run.code).toBe(5)
  })

  it('tries every server once, and says which take no connection', async () => {
    const clusters = { c1: ['127.0.0.1:9'], c2: ['127.0.0.1:9'] }
    const run = await doctor([], having('dns', clusters), having('zeroconf', {}))
    const subjects = findingsOf(run, 'mds-reachable').map(({ subject, level }: Record<string, string>) => [
      subject,
      level,
    ])
    expect(subjects).toEqual([
      ['127.0.0.1:9 of c1', 'error'],
      ['127.0.0.1:9 of c2', 'error'],
    ])
  })

  it.each([
    { id: 'the same MDS is reached elsewhere', host: 'mds1.local', port: 0, level: 'notice', code: 0 },
    { id: 'that is another MDS', host: 'mds2.local', port: 0, level: 'warning', code: 1 },
    { id: 'another port of its host', host: 'mds1.local', port: 9, level: 'warning', code: 1 },
  ])('says how bad a link-local address is that takes no connection: $id', async ({ host, port, level, code }) => {
    await using mds = await listening()
    const endpoints = [
      { ...parseEndpoint(`127.0.0.1:${mds.port}`), host: 'mds1.local' },
      { ...parseEndpoint(`[fe80::1%lo]:${port || mds.port}`), host },
    ]
    const zeroconf = () => memoryResolver({ name: 'zeroconf', clusters: { c1: endpoints } })
    const run = await doctor([], having('dns', {}), zeroconf)
    expect(findingsOf(run, 'mds-reachable')).toMatchObject([{ subject: expect.stringContaining('fe80::1%lo'), level }])
    expect(run.code).toBe(code)
  })
})

async function listening(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it listens at no port')
  return {
    port: address.port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
