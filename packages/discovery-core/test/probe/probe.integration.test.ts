import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { memoryResolver, mergeOf, probe, resolveCluster } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

interface Listener extends AsyncDisposable {
  readonly endpoint: { readonly address: string; readonly port: number }
  /** The ends of the connections: with bytes, or without. */
  readonly closed: Promise<number>
}

async function listen(address: string): Promise<Listener> {
  let received = 0
  let tell: (bytes: number) => void = () => {}
  const closed = new Promise<number>((resolve) => {
    tell = resolve
  })
  const server: Server = createServer((socket) => {
    socket.on('data', (data) => {
      received += data.length
    })
    socket.on('error', () => {})
    socket.on('close', () => tell(received))
  })
  server.listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on an address and a port
  return {
    endpoint: { address, port },
    closed,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** A port of loopback on which nothing listens. */
async function closedPort(address: string): Promise<{ readonly address: string; readonly port: number }> {
  await using listener = await listen(address)
  return listener.endpoint
}

describe('probe by TCP', () => {
  it('reaches what listens, sends nothing, and says why it does not reach the rest', async () => {
    await using four = await listen('127.0.0.1')
    await using six = await listen('::1')
    const refused = await closedPort('127.0.0.1')
    const probed = await probe([refused, four.endpoint, six.endpoint])
    expect(probed.map(({ address, port, reachable }) => ({ address, port, reachable }))).toEqual([
      { ...four.endpoint, reachable: true },
      { ...six.endpoint, reachable: true },
      { ...refused, reachable: false },
    ])
    for (const { latencyMs } of probed.slice(0, 2)) expect(latencyMs).toBeGreaterThan(0)
    expect(probed[2]).toMatchObject({ latencyMs: null, error: { code: 'ECONNREFUSED' } })
    // The words of the system name this end of the connection too.
    expect(probed[2]?.error?.message).not.toMatch(/connect |127\.0\.0\.1|Local/)
    expect(await Promise.all([four.closed, six.closed])).toEqual([0, 0])
    expect(process.getActiveResourcesInfo().filter((type) => type === 'TCPSocketWrap')).toEqual([])
  })

  it.runIf(process.platform === 'linux')('knows the zone of an address', async () => {
    await using six = await listen('::1')
    const { port } = six.endpoint
    const probed = await probe([
      { address: '::1%lo', port },
      { address: 'fe80::1%nosuch0', port },
    ])
    expect(probed.map(({ reachable }) => reachable)).toEqual([true, false])
    expect(probed[1]?.error?.code).toMatch(/^E[A-Z]+$/)
  })

  it('ST-5 a list that is readable but wrong does not hide the source that is right', async () => {
    await using mds = await listen('127.0.0.1')
    const wrong = await closedPort('127.0.0.1')
    const text = ({ address, port }: { readonly address: string; readonly port: number }) => `${address}:${port}`
    await using resolver = mergeOf([
      memoryResolver({ name: 'bootstrap', clusters: { alpha: [text(wrong)] } }),
      memoryResolver({ name: 'dns', clusters: { alpha: [text(mds.endpoint)] } }),
    ])
    const { endpoints, warnings } = await resolveCluster(resolver, 'alpha')
    expect(endpoints.map(text)).toEqual([text(wrong), text(mds.endpoint)])
    expect(warnings.map(({ code }) => code)).toEqual(['sources-disagree'])
    const [best] = await probe(endpoints)
    expect(best).toMatchObject({ ...mds.endpoint, reachable: true, sources: [{ backend: 'dns' }] })
  })
})
