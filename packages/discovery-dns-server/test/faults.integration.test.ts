import { RecordType, readMessage, wireNameFromText } from '@pstorage/dns-message'
import { describe, expect, test, vi } from 'vitest'
import { clusterNameServer } from '../src/index.js'
import { UdpListener } from '../src/server/listeners.js'
import type { Responder } from '../src/server/responder.js'
import { Zone, type ZoneNode } from '../src/zone/zone.js'
import { manPageZone } from './fixtures/man-page-zone.js'
import { listening } from './support/listening.js'
import { queryBytes } from './support/query-bytes.js'
import { responderOf, udpPeer } from './support/responder-of.js'
import { askOverTcp } from './support/tcp-client.js'
import { askOverUdp } from './support/udp-client.js'

const origin = 'pstorage.test'
const query = queryBytes(`s1.${origin}`, 'A', { id: 7 })
const fault = new Error('a fault of ours')

/** A zone that holds a name whose records cannot be looked at, and that of the manual page before and behind it. */
function brokenZone(): Zone {
  const { zone } = responderOf({ origin, zone: manPageZone })
  const filler = Array.from({ length: 1_000 }, (_, index) => `h${index} A 10.0.0.1\n`).join('')
  const large = responderOf({ origin, zone: manPageZone + filler }).zone
  const broken = {
    owner: wireNameFromText('broken', zone.origin),
    get sets(): never {
      throw fault
    },
  }
  const nodes = new Map<string, ZoneNode>()
  for (const node of large.nodes()) nodes.set(node.owner, node)
  nodes.set(broken.owner, broken)
  return new Zone(large.origin, large.authority, nodes)
}

function brokenResponder(): { responder: Responder; faults: unknown[] } {
  const faults: unknown[] = []
  const responder = responderOf({ origin, zone: manPageZone, onError: (error) => faults.push(error) })
  responder.zone = brokenZone()
  return { responder, faults }
}

const headers = (messages: readonly Buffer[]) => messages.map((bytes) => readMessage(bytes).header)

describe('a fault of ours', () => {
  const broken = queryBytes(`broken.${origin}`, 'A', { id: 8 })

  test('is answered by SERVFAIL over UDP, reported, and costs no other query its answer', async () => {
    const { responder, faults } = brokenResponder()
    await using server = await listening(responder)
    const answer = readMessage(await askOverUdp(server.port, broken))
    expect(answer).toMatchObject({ header: { id: 8, response: true, rcode: 2 }, answers: [] })
    expect(answer.questions).toEqual([{ name: ['broken', 'pstorage', 'test'], type: RecordType.A, class: 1 }])
    expect(faults).toEqual([fault])
    expect(headers([await askOverUdp(server.port, query)])).toMatchObject([{ id: 7, rcode: 0 }])
  })

  test('S-7: is answered by SERVFAIL over TCP as well, and uses up nothing, however often', async () => {
    const { responder, faults } = brokenResponder()
    await using server = await listening(responder)
    const messages = await askOverTcp(server.port, [...Array.from({ length: 500 }, () => broken), query])
    expect(headers(messages).map(({ rcode }) => rcode)).toEqual([...Array.from({ length: 500 }, () => 2), 0])
    expect(faults).toHaveLength(500)
  })

  test('ends a transfer that has begun, so that it does not look complete', async () => {
    const { responder, faults } = brokenResponder()
    await using server = await listening(responder)
    const messages = await askOverTcp(server.port, [queryBytes(origin, 'AXFR'), query])
    const records = messages.flatMap((bytes) => readMessage(bytes).answers)
    expect(messages).toHaveLength(1)
    expect(records.filter(({ type }) => type === RecordType.SOA)).toHaveLength(1)
    expect(faults).toEqual([fault])
    expect(headers([await askOverUdp(server.port, query)])).toMatchObject([{ rcode: 0 }])
  })

  test('of reading gets no answer where there is nothing to answer to, and is reported', async () => {
    const { responder, faults } = brokenResponder()
    const bytes = new Proxy(query, {
      get: () => {
        throw fault
      },
    })
    expect(responder.respond(bytes, udpPeer)).toBeUndefined()
    await Promise.resolve()
    expect(faults).toEqual([fault])
  })

  test('what an observer throws is reported, and the query answered', async () => {
    const faults: unknown[] = []
    await using server = await clusterNameServer({
      origin,
      zone: manPageZone,
      onQuery: () => {
        throw fault
      },
      onError: (error) => faults.push(error),
    })
    expect(headers([await askOverUdp(server.port, query)])).toMatchObject([{ rcode: 0 }])
    expect(headers(await askOverTcp(server.port, [query]))).toMatchObject([{ rcode: 0 }])
    expect(faults).toEqual([fault, fault])
  })

  test('is a warning of the process, once, without onError', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    try {
      const responder = responderOf({ origin, zone: manPageZone })
      responder.zone = brokenZone()
      for (let round = 0; round < 3; round++) {
        expect(Array.from(responder.respond(broken, udpPeer) ?? [])).toHaveLength(1)
      }
      expect(warn.mock.calls).toEqual([[fault]])
    } finally {
      warn.mockRestore()
    }
  })
})

describe('a flood of queries', () => {
  test('S-8: is not answered while a megabyte of answers waits for the network', async () => {
    let queries = 0
    const responder = responderOf({ origin, zone: manPageZone, onQuery: () => queries++ })
    const listener = new UdpListener('127.0.0.1', responder)
    try {
      const queue = vi.spyOn(listener, 'getSendQueueSize').mockReturnValue(2 ** 20 + 1)
      // From a port that answers go nowhere to.
      const peer = { address: '127.0.0.1', port: 9, family: 'IPv4', size: query.length } as const
      listener.handle(query, peer)
      await Promise.resolve()
      expect(queries).toBe(0)
      queue.mockReturnValue(2 ** 20)
      listener.handle(query, peer)
      await Promise.resolve()
      expect(queries).toBe(1)
    } finally {
      await new Promise<void>((resolve) => listener.close(() => resolve()))
    }
  })
})
