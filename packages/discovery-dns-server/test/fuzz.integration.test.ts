import { connect } from 'node:net'
import { readMessage } from '@pstorage/dns-message'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClusterNameServer, clusterNameServer, type TsigKey } from '../src/index.js'
import { manPageZone } from './fixtures/man-page-zone.js'
import { queryBytes } from './support/query-bytes.js'
import { mutated, randomOf } from './support/random.js'
import { responderOf, responses, tcpPeer, udpPeer } from './support/responder-of.js'
import { signedQuery } from './support/signed-query.js'
import { askOverTcp, framed, received, unframed } from './support/tcp-client.js'
import { askOverUdp } from './support/udp-client.js'

const origin = 'pstorage.test'
const seconds = 1_790_000_000
const key: TsigKey = { name: 'k', algorithm: 'hmac-sha256', secret: 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=' }
const plain = [
  queryBytes(`s1.${origin}`, 'A'),
  queryBytes(`s1.${origin}`, 'A', { payload: 4096, dnssecOk: true }),
  queryBytes(`pstorage_clusters.${origin}`, 'TXT', { payload: 65_535 }),
  queryBytes(origin, 'AXFR'),
  queryBytes(origin, 'IXFR'),
]
const seeds = [...plain, ...plain.map((query) => signedQuery(query, key, { time: seconds }).bytes)]

describe('mutated queries', () => {
  test.each([[udpPeer], [tcpPeer]])('20,000 are answered well or not at all: $transport', (peer) => {
    const faults: unknown[] = []
    const options = { origin, zone: manPageZone, keys: [key], now: () => seconds * 1000 }
    const responder = responderOf({ ...options, onError: (fault) => faults.push(fault) })
    const random = randomOf(20_260_801)
    let answered = 0
    for (let round = 0; round < 20_000; round++) {
      const bytes = mutated(seeds[round % seeds.length] ?? Buffer.alloc(0), random)
      for (const message of responses(responder, bytes, peer) ?? []) {
        answered++
        if (!message.header.response || message.header.id !== bytes.readUInt16BE(0))
          throw new Error(bytes.toString('hex'))
      }
    }
    expect(answered).toBeGreaterThan(10_000)
    expect(faults).toEqual([])
  })
})

describe('mutated queries to the sockets', () => {
  const faults: unknown[] = []
  let server: ClusterNameServer
  beforeAll(async () => {
    const options = { origin, zone: manPageZone, keys: [key], now: () => seconds * 1000 }
    server = await clusterNameServer({ ...options, onError: (fault) => faults.push(fault) })
  })
  afterAll(() => server.close())

  test('over UDP, with a good one behind each', async () => {
    const random = randomOf(7)
    for (let round = 0; round < 300; round++) {
      const id = 10_000 + round
      const bytes = mutated(seeds[round % seeds.length] ?? Buffer.alloc(0), random)
      // The first answer may be that of the mutated one: both are a message.
      const answer = await askOverUdp(server.port, [bytes, queryBytes(`s1.${origin}`, 'A', { id })])
      expect(readMessage(answer).header.response).toBe(true)
    }
    expect(faults).toEqual([])
  })

  test('S-9: over TCP, pipelined and in pieces, until one is no query', async () => {
    const random = randomOf(11)
    for (let round = 0; round < 60; round++) {
      const queries = Array.from({ length: 20 }, (_, index) =>
        mutated(seeds[index % seeds.length] ?? Buffer.alloc(0), random),
      )
      const stream = Buffer.concat(queries.map(framed))
      const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
      const answers = received(socket)
      for (let at = 0; at < stream.length; ) {
        const end = at + 1 + Math.floor(random() * 200)
        socket.write(stream.subarray(at, end))
        at = end
      }
      socket.end()
      for (const message of unframed(await answers)) expect(readMessage(message).header.response).toBe(true)
      socket.destroy()
    }
    expect(faults).toEqual([])
    expect(await askOverTcp(server.port, [queryBytes(`s1.${origin}`, 'A')])).toHaveLength(1)
  })
})
