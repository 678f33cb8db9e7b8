import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { readMessage } from '@pstorage/dns-message'
import { describe, expect, test } from 'vitest'
import { clusterNameServer, NameServerError, type ReceivedQuery } from '../src/index.js'
import { manPageZone } from './fixtures/man-page-zone.js'
import { queryBytes } from './support/query-bytes.js'
import { recordText } from './support/record-text.js'
import { askOverTcp, connected, framed, received } from './support/tcp-client.js'
import { askOverUdp } from './support/udp-client.js'

const origin = 'pstorage.test'
const zone = manPageZone
const query = queryBytes('s1.pstorage.test', 'A')
const answer = 's1.pstorage.test 3600 A 192.168.100.1'

const texts = (bytes: Buffer | undefined) => readMessage(bytes ?? Buffer.alloc(0)).answers.map(recordText)

describe('a running server', () => {
  test.each(['127.0.0.1', '127.0.0.2', '::1'])('answers over UDP and TCP on one port of %s', async (address) => {
    await using server = await clusterNameServer({ origin, zone, address })
    expect(server).toMatchObject({ origin, address })
    expect(texts(await askOverUdp(server.port, query, address))).toEqual([answer])
    const [message] = await askOverTcp(server.port, [query], address)
    expect(texts(message)).toEqual([answer])
  })

  test('S-10: listens on loopback by default', async () => {
    await using server = await clusterNameServer({ origin, zone })
    expect(server.address).toBe('127.0.0.1')
    await expect(connected(server.port, '127.0.0.2')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('S-10: UDP and TCP share their port, also when many servers take any', async () => {
    const servers = await Promise.all(Array.from({ length: 50 }, () => clusterNameServer({ origin, zone })))
    try {
      expect(new Set(servers.map(({ port }) => port)).size).toBe(50)
      for (const { port } of servers) expect(texts(await askOverUdp(port, query))).toEqual([answer])
    } finally {
      await Promise.all(servers.map((server) => server.close()))
    }
  })

  test('tells its observer of each query', async () => {
    const queries: ReceivedQuery[] = []
    await using server = await clusterNameServer({ origin, zone, onQuery: (seen) => queries.push(seen) })
    await askOverUdp(server.port, queryBytes('S1.pstorage.test', 'A'))
    await askOverTcp(server.port, [queryBytes('pstorage.test', 'AXFR'), queryBytes('elsewhere.test', 'HTTPS')])
    expect(queries.map(({ name, type, transport }) => [name, type, transport])).toEqual([
      ['S1.pstorage.test', 'A', 'udp'],
      ['pstorage.test', 'AXFR', 'tcp'],
      ['elsewhere.test', 'HTTPS', 'tcp'],
    ])
    expect(queries[0]?.client).toMatchObject({ address: '127.0.0.1', port: expect.any(Number) })
  })

  test('a client of a dual-stack server is known by its IPv4 address', async () => {
    const clients: string[] = []
    await using server = await clusterNameServer({
      origin,
      zone,
      address: '::',
      allowTransfer: ['127.0.0.1'],
      onQuery: ({ client }) => clients.push(client.address),
    })
    const [transfer] = await askOverTcp(server.port, [queryBytes(origin, 'AXFR')], '127.0.0.1')
    expect(texts(transfer)).toHaveLength(17)
    expect(texts(await askOverUdp(server.port, query))).toEqual([answer])
    expect(clients).toEqual(['127.0.0.1', '127.0.0.1'])
  })

  test('update serves something else, with the next serial', async () => {
    await using server = await clusterNameServer({ origin, clusters: [{ name: 'one', mds: [] }] })
    const names = async () => texts(await askOverUdp(server.port, queryBytes(`pstorage_clusters.${origin}`, 'TXT')))
    const soa = async () => texts(await askOverUdp(server.port, queryBytes(origin, 'SOA')))
    const [before] = await soa()
    expect(await names()).toEqual([`pstorage_clusters.${origin} 300 TXT "one"`])
    server.update({ clusters: [{ name: 'two', mds: [] }] })
    expect(await names()).toEqual([`pstorage_clusters.${origin} 300 TXT "two"`])
    expect(await soa()).toEqual([before?.replace(' 1 3600 ', ' 2 3600 ')])
    expect(() => server.update({ zone: 'rubbish' })).toThrow(NameServerError)
    expect(await names()).toEqual([`pstorage_clusters.${origin} 300 TXT "two"`])
  })
})

describe('a server that cannot start', () => {
  test('wrong options reject', async () => {
    await expect(clusterNameServer({ origin: '', zone })).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    const misspelled = { origin: 'x.test', clusters: [], idelTimeout: 5 } as never
    await expect(clusterNameServer(misspelled)).rejects.toThrow("there is no option 'idelTimeout'")
    await expect(clusterNameServer({ origin, zone: 'x' })).rejects.toMatchObject({ code: 'ERR_ZONE_INVALID', line: 1 })
  })

  test('an address that is not here rejects', async () => {
    const starting = clusterNameServer({ origin, zone, address: '192.0.2.1' })
    await expect(starting).rejects.toMatchObject({
      code: 'ERR_BIND_FAILED',
      cause: expect.objectContaining({ code: 'EADDRNOTAVAIL' }),
    })
  })

  test('a port whose TCP is taken rejects', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as { port: number } // it listens on an IP address
    await expect(clusterNameServer({ origin, zone, port })).rejects.toMatchObject({ code: 'ERR_BIND_FAILED' })
    await new Promise((resolve) => holder.close(resolve))
  })

  test('a port whose UDP is taken rejects, and leaves TCP free', async () => {
    const holder = createSocket('udp4').bind(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address()
    await expect(clusterNameServer({ origin, zone, port })).rejects.toMatchObject({
      code: 'ERR_BIND_FAILED',
      cause: expect.objectContaining({ code: 'EADDRINUSE' }),
    })
    await expect(connected(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await new Promise<void>((resolve) => holder.close(resolve))
  })
})

describe('closing', () => {
  test('leaves no socket and no timer, with clients still connected', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    const server = await clusterNameServer({ origin, zone })
    const idle = await connected(server.port)
    const half = await connected(server.port)
    half.write(Buffer.of(0))
    const closing = [received(idle), received(half)]
    await askOverUdp(server.port, query)
    await Promise.all([server.close(), server.close()])
    await server[Symbol.asyncDispose]()
    await Promise.all(closing)
    const closed = [once(idle, 'close'), once(half, 'close')]
    idle.destroy()
    half.destroy()
    await Promise.all(closed)
    expect(process.getActiveResourcesInfo().filter((kind) => /TCP|UDP|Connect/.test(kind))).toEqual([])
    expect(timers()).toBeLessThanOrEqual(before)
    await expect(connected(server.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('ends transfers that are not read', async () => {
    const clusters = Array.from({ length: 20_000 }, (_, index) => ({ name: `cluster-${index}`, mds: [] }))
    const server = await clusterNameServer({ origin, clusters })
    const sockets = await Promise.all(Array.from({ length: 5 }, () => connected(server.port)))
    const transfers = Array.from({ length: 20 }, () => framed(queryBytes(origin, 'AXFR')))
    // When the first byte is there, the transfer runs; the remainder is not read.
    await Promise.all(
      sockets.map(async (socket) => {
        socket.write(Buffer.concat(transfers))
        await once(socket, 'readable')
      }),
    )
    await server.close()
    for (const socket of sockets) socket.destroy()
    await expect(connected(server.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('its port is free at once', async () => {
    const first = await clusterNameServer({ origin, zone })
    await first.close()
    await using second = await clusterNameServer({ origin, zone, port: first.port })
    expect(second.port).toBe(first.port)
  })
})
