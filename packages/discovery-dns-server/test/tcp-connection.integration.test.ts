import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { readMessage } from '@pstorage/dns-message'
import { describe, expect, test, vi } from 'vitest'
import { clusterNameServer } from '../src/index.js'
import { serveConnection, TurnBudget } from '../src/server/tcp-connection.js'
import { manPageZone } from './fixtures/man-page-zone.js'
import { queryBytes } from './support/query-bytes.js'
import { askOverTcp, connected, framed, received, unframed } from './support/tcp-client.js'

const origin = 'pstorage.test'
const zone = manPageZone
const query = (id: number) => queryBytes('s1.pstorage.test', 'A', { id })
/** Writes a byte now and then until that fails, and says how. */
async function brokenByWriting(socket: Socket): Promise<unknown> {
  const writing = setInterval(() => socket.write('x'), 10)
  const failure = await new Promise<NodeJS.ErrnoException>((resolve) => {
    socket.once('error', resolve)
  })
  clearInterval(writing)
  socket.destroy()
  return failure.code
}

/** Bytes of buffers that are still needed, without those that only wait to be collected. */
function externalBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().external
}

const ids = (messages: Buffer[]) => messages.map((message) => readMessage(message).header.id)

/** Of connections that wait for nothing else. */
const context = () => ({ idleTimeout: 10_000, turns: new TurnBudget(), waiting: new Set<Socket>() })

const large = {
  origin,
  clusters: Array.from({ length: 20_000 }, (_, index) => ({
    name: `cluster-${index}`,
    mds: [{ address: `10.0.${index >> 8}.${index & 255}` }],
  })),
}

describe('queries on one connection', () => {
  test('a thousand pipelined queries are answered in their order', async () => {
    await using server = await clusterNameServer({ origin, zone })
    const sent = Array.from({ length: 1_000 }, (_, index) => index)
    expect(ids(await askOverTcp(server.port, sent.map(query)))).toEqual(sent)
  })

  test('a query that comes byte by byte', async () => {
    await using server = await clusterNameServer({ origin, zone })
    const socket = await connected(server.port)
    socket.setNoDelay(true)
    const stream = received(socket)
    for (const byte of framed(query(7))) {
      await new Promise((resolve) => socket.write(Buffer.of(byte), resolve))
    }
    socket.end()
    expect(ids(unframed(await stream))).toEqual([7])
    socket.destroy()
  })

  test('a query, an answer, another query', async () => {
    await using server = await clusterNameServer({ origin, zone })
    const socket = await connected(server.port)
    for (const id of [1, 2, 3]) {
      socket.write(framed(query(id)))
      const [answer] = await once(socket, 'data')
      expect(ids(unframed(answer))).toEqual([id])
    }
    socket.destroy()
  })

  test('S-5: a client that has closed its side gets all messages of a transfer, and the answers behind it', async () => {
    await using server = await clusterNameServer(large)
    const messages = await askOverTcp(server.port, [query(1), queryBytes(origin, 'AXFR', { id: 2 }), query(3)])
    expect(messages.length).toBeGreaterThan(90)
    expect(new Set(ids(messages))).toEqual(new Set([1, 2, 3]))
    expect(ids(messages).at(-1)).toBe(3)
    expect(messages.slice(1, -1).flatMap((message) => readMessage(message).answers)).toHaveLength(40_004)
  })

  test('S-9: a malformed message costs no other its answer', async () => {
    await using server = await clusterNameServer({ origin, zone })
    const messages = await askOverTcp(server.port, [query(1), query(2).subarray(0, 20), query(3)])
    expect(messages.map((message) => readMessage(message).header)).toMatchObject([
      { id: 1, rcode: 0 },
      { id: 2, rcode: 1 },
      { id: 3, rcode: 0 },
    ])
  })

  test.each([
    ['an empty message', Buffer.alloc(0)],
    ['eleven bytes', query(2).subarray(0, 11)],
    ['a response', Buffer.concat([query(2).subarray(0, 2), Buffer.of(0x80), query(2).subarray(3)])],
  ])('S-9: %s ends the connection after the answers that are due', async (_name, bytes) => {
    await using server = await clusterNameServer({ origin, zone })
    const socket = await connected(server.port)
    const stream = received(socket)
    socket.write(Buffer.concat([query(1), bytes, query(3)].map(framed)))
    expect(ids(unframed(await stream))).toEqual([1])
    socket.destroy()
  })

  test('a message cut short by the end of the stream is let go', async () => {
    await using server = await clusterNameServer({ origin, zone })
    const socket = await connected(server.port)
    const stream = received(socket)
    socket.end(Buffer.concat([framed(query(1)), framed(query(2)).subarray(0, 9)]))
    expect(ids(unframed(await stream))).toEqual([1])
    socket.destroy()
  })
})

describe('clients that take too long', () => {
  test('S-3, S-4: an idle connection is closed, also when the client keeps its side open', async () => {
    await using server = await clusterNameServer({ origin, zone, idleTimeout: 50 })
    const socket = await connected(server.port)
    await received(socket)
    // The whole connection is gone, not only the half of the server.
    expect(await brokenByWriting(socket)).toMatch(/^(ECONNRESET|EPIPE)$/)
  })

  test('S-3: a byte now and then does not keep a connection open', async () => {
    await using server = await clusterNameServer({ origin, zone, idleTimeout: 100 })
    const socket = await connected(server.port)
    const bytes = framed(Buffer.alloc(60_000))
    let sent = 0
    const trickle = setInterval(() => socket.write(bytes.subarray(sent, ++sent)), 10)
    await received(socket)
    clearInterval(trickle)
    socket.destroy()
    // It was closed while bytes still came.
    expect(sent).toBeLessThan(60_000)
  })

  test('S-4: a query within the time starts it anew, and the time is that of the option', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      await using server = await clusterNameServer({ origin, zone, idleTimeout: 30_000 })
      const socket = await connected(server.port)
      for (let id = 1; id <= 4; id++) {
        socket.write(framed(query(id)))
        const [answer] = await once(socket, 'data')
        expect(ids(unframed(answer))).toEqual([id])
        vi.advanceTimersByTime(29_999)
      }
      const rest = received(socket)
      vi.advanceTimersByTime(1)
      expect(await rest).toHaveLength(0)
      socket.destroy()
    } finally {
      vi.useRealTimers()
    }
  })

  test('S-7: of the transfers that a client asks for on one connection, one at a time is made', async () => {
    let open = 0
    let most = 0
    const respond = function* (): Generator<Buffer> {
      most = Math.max(most, ++open)
      for (let message = 0; message < 3; message++) yield Buffer.alloc(12)
      open--
    }
    const server = createServer({ allowHalfOpen: true }, (socket) => serveConnection(socket, respond, context()))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo // it listens on an IP address
    const messages = await askOverTcp(
      port,
      Array.from({ length: 100 }, () => Buffer.alloc(12)),
    )
    await new Promise((resolve) => server.close(resolve))
    expect(messages).toHaveLength(300)
    expect({ open, most }).toEqual({ open: 0, most: 1 })
  })

  test('S-8: a client that does not read its transfer costs little memory, and is closed', async () => {
    await using server = await clusterNameServer({ ...large, idleTimeout: 300 })
    const sockets = await Promise.all(Array.from({ length: 8 }, () => connected(server.port)))
    const before = externalBytes()
    for (const socket of sockets) {
      socket.pause()
      // The same transfer again and again: 80 MB for each client if all of it were made.
      socket.write(Buffer.concat(Array.from({ length: 50 }, () => framed(queryBytes(origin, 'AXFR')))))
    }
    let peak = 0
    const watch = setInterval(() => {
      peak = Math.max(peak, externalBytes() - before)
    }, 50)
    await Promise.all(sockets.map(brokenByWriting))
    clearInterval(watch)
    expect(peak).toBeLessThan(16 * 2 ** 20)
  })
})

describe('many transfers at once', () => {
  test('SEC-11: are made in turn, some messages in each turn of the event loop', async () => {
    const shared = context()
    let [made, most, isOver] = [0, 0, false]
    const respond = function* (): Generator<Buffer> {
      for (let message = 0; message < 20; message++) {
        made++
        most = Math.max(most, made)
        yield Buffer.alloc(16_384)
      }
    }
    const server = createServer({ allowHalfOpen: true }, (socket) => serveConnection(socket, respond, shared))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo // it listens on an IP address
    const turns = (async () => {
      while (!isOver) {
        made = 0
        await nextTurn()
      }
    })()
    const transfers = await Promise.all(
      Array.from({ length: 50 }, () => askOverTcp(port, [Buffer.alloc(12), Buffer.alloc(12)])),
    )
    isOver = true
    await turns
    await new Promise((resolve) => server.close(resolve))
    expect(transfers.map(({ length }) => length)).toEqual(Array(50).fill(40))
    // Two turns of 32 may fall between two looks.
    expect(most).toBeLessThanOrEqual(64)
    await expect.poll(() => shared.waiting.size).toBe(0)
  })
})

describe('too many clients', () => {
  test('S-3, SEC-11: a connection above the limit takes the place of the one that has waited longest', async () => {
    await using server = await clusterNameServer({ origin, zone, maxConnections: 2 })
    const [first, second] = [await connected(server.port), await connected(server.port)]
    const answered = async (socket: Socket, id: number): Promise<void> => {
      socket.write(framed(query(id)))
      const [answer] = await once(socket, 'data')
      expect(ids(unframed(answer))).toEqual([id])
    }
    await answered(second, 1)
    await answered(first, 2)
    const third = await connected(server.port)
    expect(await received(second)).toHaveLength(0)
    await answered(third, 3)
    await answered(first, 4)
    for (const socket of [first, second, third]) socket.destroy()
  })

  test('SEC-11: clients that do not read their transfers lock nobody out', async () => {
    await using server = await clusterNameServer({ ...large, maxConnections: 8 })
    const deaf = await Promise.all(Array.from({ length: 8 }, () => connected(server.port)))
    for (const socket of deaf) {
      socket.on('error', () => {}).pause()
      socket.write(Buffer.concat(Array.from({ length: 50 }, () => framed(queryBytes(origin, 'AXFR')))))
    }
    await expect.poll(async () => ids(await askOverTcp(server.port, [query(5)])), { timeout: 5_000 }).toEqual([5])
    for (const socket of deaf) socket.destroy()
  })
})
