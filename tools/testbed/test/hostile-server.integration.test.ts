import { createSocket } from 'node:dgram'
import { promises as dns } from 'node:dns'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { framed, type HostileServer, hostileServer, reply } from '../src/index.js'

const message = Buffer.from('12340100000100000000000001610000100001', 'hex')
const second = Buffer.from('56780100000100000000000001610000100001', 'hex')

function resolverOf({ server }: HostileServer): dns.Resolver {
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 1 })
  resolver.setServers([server])
  return resolver
}

/** Sends datagrams from one connected socket, and gives what comes back, as many as asked for. */
async function exchange({ address, port }: HostileServer, messages: readonly Buffer[], count: number) {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  const replies: { bytes: Buffer; port: number }[] = []
  try {
    const enough = new Promise<void>((resolve) => {
      socket.on('message', (bytes, from) => {
        replies.push({ bytes, port: from.port })
        if (replies.length === count) resolve()
      })
    })
    for (const each of messages) socket.send(each, port, address)
    await enough
    return replies
  } finally {
    socket.close()
  }
}

async function connected({ address, port }: HostileServer): Promise<Socket> {
  const socket = connect(port, address)
  await once(socket, 'connect')
  return socket
}

async function readToEnd(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('hostileServer by UDP', () => {
  it.each(['127.0.0.1', '::1'])('answers an ordinary resolver on %s', async (address) => {
    await using server = await hostileServer({
      address,
      udp: (query) =>
        reply(query, {
          answers: [
            { name: query.name, type: 'SRV', port: 2510, priority: 1, weight: 2, target: 's1.pstorage.test' },
            { name: query.name, type: 'SRV', port: 2511, target: '.' },
          ],
        }),
    })
    // Newer ones add the type of the record.
    expect(await resolverOf(server).resolveSrv('_pstorage._tcp.c1.pstorage.test')).toMatchObject([
      { name: 's1.pstorage.test', port: 2510, priority: 1, weight: 2 },
      { name: '', port: 2511, priority: 0, weight: 1 },
    ])
    const [query] = await server.received(1, 'udp')
    expect(query).toMatchObject({ name: '_pstorage._tcp.c1.pstorage.test', type: 33, transport: 'udp', index: 0 })
  })

  it.each([
    ['NXDOMAIN', 'ENOTFOUND'],
    ['SERVFAIL', 'ESERVFAIL'],
    ['REFUSED', 'EREFUSED'],
    ['FORMERR', 'EFORMERR'],
  ] as const)('says %s', async (rcode, code) => {
    await using server = await hostileServer({ udp: (query) => reply(query, { rcode }) })
    await expect(resolverOf(server).resolveTxt('a.test')).rejects.toMatchObject({ code })
  })

  it('sends several datagrams for one, also from another port, in order', async () => {
    await using server = await hostileServer({
      udp: (query) => [reply(query, { id: 1 }), { fromOtherPort: reply(query) }, { pause: 1 }, reply(query)],
    })
    const replies = await exchange(server, [message], 3)
    expect(replies.map(({ bytes }) => bytes.readUInt16BE(0))).toEqual([1, 0x1234, 0x1234])
    expect(replies.map(({ port }) => port === server.port)).toEqual([true, false, true])
  })

  it('waits where a generator waits', async () => {
    await using server = await hostileServer({
      async *udp(query) {
        if (query.index === 0) await server.received(2)
        yield reply(query)
      },
    })
    const replies = await exchange(server, [message, second], 2)
    expect(new Set(replies.map(({ bytes }) => bytes.readUInt16BE(0)))).toEqual(new Set([0x1234, 0x5678]))
  })

  it('receives in silence, also what is no DNS message', async () => {
    await using server = await hostileServer()
    const socket = createSocket('udp4')
    socket.send('?', server.port, server.address)
    expect(await server.received(1)).toMatchObject([{ bytes: Buffer.from('?'), id: 0, name: '' }])
    socket.close()
  })

  it('leaves the port closed when told', async () => {
    await using server = await hostileServer({ udp: 'closed', tcp: 'closed' })
    const socket = createSocket('udp4')
    socket.connect(server.port, server.address)
    await once(socket, 'connect')
    socket.send(message)
    await expect(once(socket, 'message')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    socket.close()
    await expect(connected(server)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('hostileServer by TCP', () => {
  it('takes over where UDP truncates', async () => {
    await using server = await hostileServer({
      udp: (query) => reply(query, { truncated: true }),
      tcp: (query) => reply(query, { answers: [{ name: query.name, type: 'TXT', strings: ['c1', 'c2'] }] }),
    })
    expect(await resolverOf(server).resolveTxt('pstorage_clusters.pstorage.test')).toEqual([['c1', 'c2']])
    expect(server.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp'])
  })

  it('reads several messages of one connection, however they are cut', async () => {
    await using server = await hostileServer()
    const socket = await connected(server)
    const bytes = Buffer.concat([framed(message), framed(second)])
    socket.write(bytes.subarray(0, 1))
    await server.connected(1)
    socket.write(bytes.subarray(1))
    const queries = await server.received(2, 'tcp')
    expect(queries.map(({ id, connection }) => [id, connection])).toEqual([
      [0x1234, 0],
      [0x5678, 0],
    ])
    socket.destroy()
  })

  const answer = framed(Buffer.from('answer'))
  it.each([
    ['messages', [Buffer.from('answer'), 'end'], answer],
    ['half a message', [{ raw: answer.subarray(0, 4) }, 'end'], answer.subarray(0, 4)],
    ['byte by byte', [{ slowly: answer, every: 0 }, 'end'], answer],
    ['slowly', [{ slowly: answer, every: 1 }, { pause: 1 }, 'end'], answer],
    ['nothing', ['end'], Buffer.alloc(0)],
  ] as const)('sends %s and closes', async (_, steps, expected) => {
    await using server = await hostileServer({ tcp: () => steps })
    const socket = await connected(server)
    socket.write(framed(message))
    expect(await readToEnd(socket)).toEqual(expected)
    await server.disconnected(1)
    expect(server.openConnections).toBe(0)
  })

  it.each([
    ['at once', 'reset'],
    ['after the query', () => 'reset'],
  ] as const)('resets %s', async (_, tcp) => {
    await using server = await hostileServer({ tcp })
    const socket = connect(server.port, server.address)
    socket.write(framed(message))
    await expect(readToEnd(socket)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('closes at once', async () => {
    await using server = await hostileServer({ tcp: 'end' })
    expect(await readToEnd(connect(server.port, server.address))).toEqual(Buffer.alloc(0))
  })

  it('never reads', async () => {
    await using server = await hostileServer({ tcp: 'deaf' })
    const socket = await connected(server)
    await server.connected(1)
    socket.write(framed(message))
    expect(server.queries).toEqual([])
    expect(server.openConnections).toBe(1)
    socket.destroy()
  })

  it('sends without end, as fast as it is read, until the reader goes', async () => {
    let sent = 0
    await using server = await hostileServer({
      *tcp(query) {
        for (;;) {
          sent += 1
          yield reply(query, { id: 0 })
        }
      },
    })
    const socket = await connected(server)
    socket.write(framed(message))
    await once(socket, 'data')
    socket.destroy()
    await server.disconnected(1)
    expect(sent).toBeGreaterThan(0)
  })

  it('keeps the connection after the answer, and closes it when disposed', async () => {
    const server = await hostileServer({ tcp: (query) => reply(query) })
    const socket = await connected(server)
    socket.write(framed(message))
    await once(socket, 'data')
    expect(server.openConnections).toBe(1)
    await server[Symbol.asyncDispose]()
    await once(socket, 'close')
  })
})

describe('hostileServer, stopped', () => {
  it('tells those who still wait', async () => {
    const server = await hostileServer()
    const waiting = server.received(1)
    await server[Symbol.asyncDispose]()
    await expect(waiting).rejects.toThrow('the server was stopped: 0 of the 1 awaited came')
    await server[Symbol.asyncDispose]()
  })

  it('rejects with what a script threw', async () => {
    const server = await hostileServer({
      udp: () => {
        throw new Error('a fault in the script')
      },
    })
    const socket = createSocket('udp4')
    socket.send(message, server.port, server.address)
    await server.received(1)
    socket.close()
    await expect(server[Symbol.asyncDispose]()).rejects.toThrow('a fault in the script')
  })

  it('leaves a script that waits', async () => {
    const server = await hostileServer({ tcp: () => [{ pause: 60_000 }, 'end'] })
    const socket = await connected(server)
    socket.write(framed(message))
    await server.received(1)
    await server[Symbol.asyncDispose]()
    expect(server.openConnections).toBe(0)
    socket.destroy()
  })
})
