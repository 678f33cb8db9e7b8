import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { AwaitableList } from '../../src/awaitable-list.js'
import { withFreePort } from '../../src/free-port.js'
import { faultyRelay, type LinkFaults } from '../../src/index.js'

const address = '127.0.0.1'

/** Sends back whatever comes, by either transport. */
async function echo() {
  const udp = createSocket('udp4')
  udp.on('message', (datagram, { port }) => udp.send(datagram, port, address))
  const tcp = createServer((socket) => socket.on('error', () => undefined).pipe(socket))
  const port = await withFreePort(address, async (port) => {
    udp.bind(port, address)
    await once(udp, 'listening')
    tcp.listen(port, address)
    await once(tcp, 'listening')
    return port
  })
  return {
    target: { address, port },
    async [Symbol.asyncDispose]() {
      await Promise.all([new Promise((resolve) => tcp.close(resolve)), new Promise<void>((done) => udp.close(done))])
    },
  }
}

/** Sends numbered datagrams through a relay, and gives what came back when there are so many, in their order. */
async function numbersThrough(faults: LinkFaults, sent: number, awaited: number, seed = 1) {
  await using server = await echo()
  await using relay = await faultyRelay({ target: server.target, faults, seed })
  const came = new AwaitableList<number>()
  const client = createSocket('udp4')
  client.on('message', (datagram) => came.add(datagram.readUInt16BE(0)))
  client.bind(0, address)
  await once(client, 'listening')
  for (let number = 0; number < sent; number += 1) {
    client.send(Buffer.from([number >> 8, number & 255]), relay.port, address)
    // The loopback's buffer is small.
    if (number % 32 === 31) await new Promise((resolve) => setImmediate(resolve))
  }
  await came.when(awaited)
  await new Promise<void>((resolve) => client.close(resolve))
  return { came: came.items, lost: relay.lost, packets: relay.packets }
}

describe('a faulty relay, by UDP', () => {
  it('passes everything on when nothing is wrong', async () => {
    const { came } = await numbersThrough({}, 200, 200)
    expect(came).toEqual(Array.from({ length: 200 }, (_, number) => number))
  })

  it('loses as many as it is told', async () => {
    await using server = await echo()
    await using relay = await faultyRelay({ target: server.target, faults: { loss: 300 }, seed: 3 })
    const client = createSocket('udp4')
    const came = new AwaitableList<Buffer>()
    client.on('message', (datagram) => came.add(datagram))
    // One after another, so that nothing is lost by the system as well.
    client.bind(0, address)
    await once(client, 'listening')
    for (let number = 0; number < 400; number += 1) {
      const before = relay.packets
      client.send(Buffer.from('x'), relay.port, address)
      while (relay.packets === before) await new Promise((resolve) => setImmediate(resolve))
    }
    await new Promise<void>((resolve) => client.close(resolve))
    expect(relay.lost / relay.packets).toBeGreaterThan(0.2)
    expect(relay.lost / relay.packets).toBeLessThan(0.4)
  })

  it('delivers twice what is duplicated: twice on the way there, and each twice on the way back', async () => {
    const { came } = await numbersThrough({ duplication: 1_000 }, 10, 40)
    expect(came).toHaveLength(40)
  })

  it('lets later ones overtake', async () => {
    const { came } = await numbersThrough({ jitter: 50 }, 50, 50)
    expect(came).not.toEqual(came.toSorted((one, other) => one - other))
    expect(new Set(came).size).toBe(50)
  })

  it('delays in each direction', async () => {
    const startedAt = performance.now()
    await numbersThrough({ delay: 40 }, 1, 1)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(79)
  })

  it('can be told something else at any time', async () => {
    await using server = await echo()
    await using relay = await faultyRelay({ target: server.target, faults: { loss: 1_000 }, seed: 1 })
    const client = createSocket('udp4')
    client.send('lost', relay.port, address)
    while (relay.lost === 0) await new Promise((resolve) => setImmediate(resolve))
    relay.faults = {}
    const answered = once(client, 'message')
    client.send('heard', relay.port, address)
    const [answer] = await answered
    await new Promise<void>((resolve) => client.close(resolve))
    expect(String(answer)).toBe('heard')
  })
})

describe('a faulty relay, by TCP', () => {
  async function sentThrough(faults: LinkFaults): Promise<string> {
    await using server = await echo()
    await using relay = await faultyRelay({ target: server.target, faults, seed: 1 })
    const socket = connect(relay.port, address)
    socket.end('some octets')
    const bytes = await buffer(socket)
    return bytes.toString('latin1')
  }

  it.each([
    ['passes on', {}],
    ['delays', { delay: 20, jitter: 20 }],
    ['sends again what it loses', { loss: 1_000 }],
  ])('%s', async (_, faults) => {
    expect(await sentThrough(faults)).toBe('some octets')
  })

  it('changes octets', async () => {
    const text = await sentThrough({ corruption: 1_000 })
    expect(text).toHaveLength(11)
    expect(text).not.toBe('some octets')
  })

  it('resets', async () => {
    await expect(sentThrough({ resets: 1_000 })).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('tells of a server that is not there by a reset', async () => {
    const server = await echo()
    const { target } = server
    await server[Symbol.asyncDispose]()
    await using relay = await faultyRelay({ target, seed: 1 })
    const socket = connect(relay.port, address)
    socket.write('some octets')
    await expect(buffer(socket)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })
})
