import { type DnsRecord, type ReplyOptions, readDnsQuery, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { checkCapture } from '../src/check-capture.js'
import type { Datagram } from '../src/datagram.js'
import { readPcap } from '../src/read-pcap.js'
import { pcapFile } from './pcap-file.js'

const own = '192.0.2.10'
const other = '192.0.2.77'
const nothingAsked = readDnsQuery(Buffer.alloc(12))
const instance = 'mds1._pstorage._tcp.local'

function sent(at: number, options: ReplyOptions, changes: Partial<Datagram> = {}): Datagram {
  const bytes = reply(nothingAsked, { id: 0, ...options })
  const everybody = { address: '224.0.0.251', port: 5_353 }
  return { at, from: { address: own, port: 5_353 }, to: everybody, hops: 255, bytes, ...changes }
}

const pointer: DnsRecord = { name: '_pstorage._tcp.local', type: 'PTR', target: instance, ttl: 4_500 }
const location: DnsRecord = { name: instance, type: 'SRV', class: 0x8001, ttl: 120, port: 2510, target: 'mds1.local' }
const browse = { name: '_pstorage._tcp.local', type: 12 }
const query: ReplyOptions = { response: false, authoritative: false }

const probe = (at: number): Datagram =>
  sent(at, { ...query, questions: [{ name: instance, type: 255 }], authorities: [{ ...location, class: 1 }] })
const announcement = (at: number): Datagram => sent(at, { answers: [pointer, location] })
const asked = (at: number): Datagram =>
  sent(at, { ...query, questions: [browse] }, { from: { address: other, port: 5_353 } })
const answer = (at: number): Datagram => sent(at, { answers: [pointer] })
const goodbye = (at: number): Datagram =>
  sent(at, { answers: [pointer, location].map((record) => ({ ...record, ttl: 0 })) })

const rivalProbe = (at: number): Datagram => {
  const rival: DnsRecord = { ...location, class: 1, port: 9 }
  const questions = [{ name: instance, type: 255 }]
  return sent(at, { ...query, questions, authorities: [rival] }, { from: { address: other, port: 5_353 } })
}
const defence = (at: number): Datagram => sent(at, { answers: [location] })
const legacyPlace = { address: other, port: 40_000 }
const legacyQuery = (at: number): Datagram => sent(at, { ...query, id: 7, questions: [browse] }, { from: legacyPlace })
const legacyAnswer = (at: number, changes: Partial<ReplyOptions> = {}): Datagram => {
  return sent(at, { id: 7, questions: [browse], answers: [{ ...pointer, ttl: 10 }], ...changes }, { to: legacyPlace })
}

/** A message with some bits of its header set. */
function flagged(datagram: Datagram, first: number, second: number): Datagram {
  const bytes = Buffer.from(datagram.bytes)
  bytes.writeUInt8(bytes.readUInt8(2) | first, 2)
  bytes.writeUInt8(bytes.readUInt8(3) | second, 3)
  return { ...datagram, bytes }
}

/** All that a host says from its start to its end, by the rules. */
const good: readonly Datagram[] = [
  ...[0, 250, 500].map(probe),
  ...[750, 1_770, 3_810].map(announcement),
  asked(10_000),
  answer(10_070),
  // Somebody probes for the name, and again at once.
  rivalProbe(12_000),
  defence(12_010),
  rivalProbe(12_200),
  defence(12_270),
  // More known answers are to come; they do not.
  sent(14_000, { ...query, questions: [browse], truncated: true }, { from: { address: other, port: 5_353 } }),
  answer(14_450),
  legacyQuery(16_000),
  legacyAnswer(16_060),
  ...[20_000, 21_000, 23_000].map((at) => sent(at, { ...query, questions: [browse], answers: [pointer] })),
  goodbye(30_000),
]

/** The good traffic with something instead of its n-th message. */
function but(index: number, ...instead: readonly Datagram[]): readonly Datagram[] {
  return good.toSpliced(index, 1, ...instead)
}

describe('checkCapture', () => {
  it('finds nothing in traffic by the rules', () => {
    const others = good.filter(({ from }) => from.address === other).length
    expect(checkCapture(good, [own])).toEqual({ findings: [], messages: good.length - others })
  })

  it.each([
    ['5.2', 'a question again too soon', but(17, sent(20_900, { ...query, questions: [browse] }))],
    ['5.2', 'a question that is not asked less and less', but(18, sent(22_000, { ...query, questions: [browse] }))],
    ['6', 'an answer at once', but(7, answer(10_005))],
    ['6', 'an answer too late', but(7, answer(10_300))],
    ['6', 'an answer that nobody wants', but(6)],
    ['6', 'a record twice within a second', but(5, announcement(3_810), announcement(4_700))],
    ['6', 'a response from another port', but(7, { ...answer(10_070), from: { address: own, port: 40_000 } })],
    ['6', 'a question in a response', but(7, sent(10_070, { answers: [pointer], questions: [browse] }))],
    [
      '7.1',
      'what the querier knows',
      but(6, { ...asked(10_000), bytes: sent(0, { ...query, questions: [browse], answers: [pointer] }).bytes }),
    ],
    ['8.1', 'two probes', but(0)],
    ['8.1', 'probes too close', but(1, probe(200))],
    ['8.3', 'one announcement', [...good.slice(0, 4), ...good.slice(6)]],
    ['8.3', 'announcements at equal distances', but(5, announcement(2_800))],
    ['7.1', 'a repeated question without what is known', but(17, sent(21_000, { ...query, questions: [browse] }))],
    [
      '7.1',
      'a known answer more than half of whose time is over',
      but(18, sent(23_000, { ...query, questions: [browse], answers: [{ ...pointer, ttl: 2_000 }] })),
    ],
    ['6', 'a defence at once after another', but(11, defence(12_210))],
    ['6', 'an answer while known answers may still come', but(13, answer(14_100))],
    ['6', 'a response to another port', but(7, { ...answer(10_070), to: { address: '224.0.0.251', port: 40_000 } })],
    ['6.7', 'an answer by unicast DNS without the question', but(15, legacyAnswer(16_060, { questions: [] }))],
    ['6.7', 'a long life by unicast DNS', but(15, legacyAnswer(16_060, { answers: [pointer] }))],
    [
      '10.2',
      'the cache-flush bit by unicast DNS',
      but(
        15,
        legacyAnswer(16_060, {
          answers: [
            { ...pointer, ttl: 10 },
            { ...location, ttl: 10 },
          ],
        }),
      ),
    ],
    ['8.1', 'probes too far apart', [probe(-900), ...good.slice(1)]],
    ['8.1', 'an announcement at once after the last probe', [...good.slice(0, 3), announcement(520), ...good.slice(4)]],
    ['10.1', 'no goodbye', but(good.length - 1)],
    [
      '10.2',
      'the cache-flush bit in a shared record',
      but(7, sent(10_070, { answers: [{ ...pointer, class: 0x8001 }] })),
    ],
    [
      '10.2',
      'no cache-flush bit in a unique record',
      but(4, sent(1_770, { answers: [pointer, { ...location, class: 1 }] })),
    ],
    [
      '10.2',
      'the cache-flush bit in a probe',
      but(1, sent(250, { ...query, questions: [{ name: instance, type: 255 }], authorities: [location] })),
    ],
    ['11', 'another IP TTL', but(7, { ...answer(10_070), hops: 64 })],
    [
      '17',
      'a message that is too long',
      but(
        7,
        sent(10_070, {
          answers: [
            pointer,
            { name: 'x.local', type: 'TXT', class: 0x8001, ttl: 0, strings: Array(6).fill('x'.repeat(255)) },
          ],
        }),
      ),
    ],
    ['18', 'what cannot be read', but(7, { ...answer(10_070), bytes: answer(0).bytes.subarray(0, -3) })],
    ['18.1', 'an id', but(7, sent(10_070, { answers: [pointer], id: 7 }))],
    [
      '18.4',
      'a response that is not authoritative',
      but(7, sent(10_070, { answers: [pointer], authoritative: false })),
    ],
    ['18.3', 'an opcode', but(7, flagged(answer(10_070), 0x08, 0))],
    ['18.5', 'a response that says that more is coming', but(7, flagged(answer(10_070), 0x02, 0))],
    ['18.6', 'a wish for recursion', but(7, flagged(answer(10_070), 0x01, 0))],
    ['18.9', 'authentic data', but(7, flagged(answer(10_070), 0, 0x20))],
    ['18.11', 'a response code', but(7, sent(10_070, { answers: [pointer], rcode: 'SERVFAIL' }))],
  ] as const)('section %s: %s', (section, _, datagrams) => {
    expect(checkCapture(datagrams, [own]).findings.map((finding) => finding.section)).toContain(section)
  })
})

describe('readPcap', () => {
  it('reads what was captured', () => {
    const read = readPcap(pcapFile(good))
    expect(read.map(({ bytes, ...rest }) => ({ ...rest, bytes: [...bytes] }))).toEqual(
      good.map(({ bytes, ...rest }) => ({ ...rest, bytes: [...bytes] })),
    )
  })

  it.each([
    ['nothing', Buffer.alloc(0), 'shorter than its header'],
    ['something else', Buffer.alloc(24, 'x'), 'no capture'],
    ['half a packet', pcapFile(good).subarray(0, -1), 'cut short'],
  ])('refuses %s', (_, bytes, says) => {
    expect(() => readPcap(bytes)).toThrow(says)
  })
})
