import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { locateMaster, type MasterAdvice, type MasterLocator, probe } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

/** An MDS of our own making: it says its advice as one line of JSON, and hangs up. No real MDS speaks so. */
async function tcpMds(advice: (ports: readonly number[]) => MasterAdvice, ports: readonly number[]) {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.end(`${JSON.stringify(advice(ports))}\n`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on an address and a port
  return { port, [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) }
}

const tcpLocator: MasterLocator = {
  async ask({ address, port }, { signal }) {
    const socket = connect({ host: address, port, signal })
    const chunks: Buffer[] = []
    for await (const chunk of socket) chunks.push(chunk)
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as MasterAdvice // what is wrong with it is found out later
  },
}

const on = (port: number) => ({ address: '127.0.0.1', port })

describe('locateMaster over TCP', () => {
  it('follows the advice of real servers, and passes over one that is gone', async () => {
    const ports: number[] = []
    const saying = (master: number, bootstrapOnly = false) =>
      tcpMds((all) => ({ mds: all.map(on), master, bootstrapOnly }), ports)
    await using first = await saying(1, true)
    await using second = await saying(2)
    await using third = await saying(2)
    const gone = await saying(0)
    await gone[Symbol.asyncDispose]()
    ports.push(first.port, second.port, third.port)

    const { master, hops, asked, mds } = await locateMaster(tcpLocator, [on(gone.port), on(first.port)])
    expect(master).toEqual(on(third.port))
    expect(hops).toBe(2)
    expect(asked.map(({ endpoint, error }) => [endpoint.port, error?.code])).toEqual([
      [gone.port, 'ECONNREFUSED'],
      [first.port, undefined],
      [second.port, undefined],
      [third.port, undefined],
    ])
    expect((await probe(mds)).every(({ reachable }) => reachable)).toBe(true)
  })
})
