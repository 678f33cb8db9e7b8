import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { resolveCluster } from '@pstorage/discovery-core'
import { type TestCertificates, testCertificates } from '@pstorage/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DnsResolverOptions, dnsResolver } from '../src/index.js'
import { endpointsOf } from './asked.js'
import { domain, goodEndpoint } from './good-zone.js'
import { resolvConfFile } from './resolv-conf-file.js'

let certificates: TestCertificates
beforeAll(async () => {
  certificates = await testCertificates()
})
afterAll(() => certificates[Symbol.asyncDispose]())

interface DelayedServerOptions {
  readonly transport: 'udp' | 'tcp' | 'tls'
  /** Milliseconds between the first query and its answer; `null`: there is none. */
  readonly delay: number | null
  /** True if the answer brings the address of the target; otherwise it is queried. */
  readonly address?: 'along' | 'asked'
}

/** A server in a thread of its own. */
async function delayedServer({ address = 'along', ...options }: DelayedServerOptions) {
  const { certificateFile, keyFile } = certificates.byAddress
  const worker = new Worker(new URL('./delayed-server.js', import.meta.url), {
    workerData: { ...options, address, certificateFile, keyFile },
  })
  const [port] = await once(worker, 'message')
  return {
    server: `127.0.0.1:${port}`,
    asked: () => once(worker, 'message'),
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}

/** Does nothing else. */
function beBusy(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

const TIMEOUT = 300
const BUSY = 700

describe('a process that is busy beyond the deadline', () => {
  it.each([
    ['udp', 'along'],
    ['tcp', 'along'],
    ['tls', 'along'],
    ['udp', 'asked'],
    ['tcp', 'asked'],
    ['tls', 'asked'],
  ] as const)('DNS-41: an answer that has arrived by %s is read; the address is %s', async (transport, address) => {
    await using server = await delayedServer({ transport, address, delay: 100 })
    await using file = await resolvConfFile(
      `nameserver 127.0.0.1\nsearch ${domain}\n${transport === 'tcp' ? 'options use-vc\n' : ''}`,
    )
    const tls: Partial<DnsResolverOptions> =
      transport === 'tls' ? { tls: { ca: { file: certificates.caFile } } } : { resolvConf: file.path }
    await using resolver = dnsResolver({
      servers: [server.server],
      ...tls,
      ...(transport === 'tls' ? { domains: [domain] } : {}),
    })
    const report = resolveCluster(resolver, 'alpha', { timeout: TIMEOUT })
    await server.asked()
    beBusy(BUSY)
    expect(endpointsOf(await report)).toEqual([goodEndpoint])
  })

  it('DNS-41: also where the server is not to be asked again', async () => {
    await using server = await delayedServer({ transport: 'udp', delay: 100 })
    await using file = await resolvConfFile(`search ${domain}\noptions timeout:1 attempts:1\n`)
    await using resolver = dnsResolver({ servers: [server.server], resolvConf: file.path })
    const report = resolveCluster(resolver, 'alpha')
    await server.asked()
    beBusy(1_200)
    expect(endpointsOf(await report)).toEqual([goodEndpoint])
  })

  it('DNS-41: where nothing has arrived, it is over soon', async () => {
    await using server = await delayedServer({ transport: 'udp', delay: null })
    await using resolver = dnsResolver({ servers: [server.server], domains: [domain] })
    const report = resolveCluster(resolver, 'alpha', { timeout: TIMEOUT })
    await server.asked()
    beBusy(BUSY)
    const freeAt = performance.now()
    expect(await report).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'timeout' }] })
    expect(performance.now() - freeAt).toBeLessThan(400)
  })

  it('DNS-41: an abort by the caller is not put off', async () => {
    await using server = await delayedServer({ transport: 'udp', delay: 100 })
    await using resolver = dnsResolver({ servers: [server.server], domains: [domain] })
    const abort = new AbortController()
    const report = resolveCluster(resolver, 'alpha', { signal: abort.signal })
    await server.asked()
    beBusy(200)
    abort.abort(new Error('not wanted any more'))
    await expect(report).rejects.toThrow('not wanted any more')
  })
})
