import { ednsOf, type Message, RecordType, ResponseCode, readMessage } from '@pstorage/dns-message'
import { describe, expect, test } from 'vitest'
import { queryBytes } from './support/query-bytes.js'
import { responderOf, response, tcpPeer, udpPeer } from './support/responder-of.js'

const head = '$TTL 60\n@ SOA ns host 1 1 1 1 1\n  NS ns\nns A 127.0.0.1\n'
const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('')

const responder = responderOf({
  origin: 'pstorage.test',
  zone: [
    head,
    many(40, (i) => `forty SRV 0 1 2510 host${i}\n`),
    many(20, (i) => `twenty SRV 0 1 2510 host${i}\n`),
    many(40, (i) => `host${i} AAAA fd00::${i + 1}\n`),
    many(30, (i) => `cut NS host${i}.cut\nhost${i}.cut AAAA fd01::${i + 1}\n`),
    many(3_000, (i) => `huge TXT "${String(i).padStart(4, '0').repeat(8)}"\n`),
  ].join(''),
})

const ask = (name: string, type: keyof typeof RecordType, payload?: number, peer = udpPeer) => {
  const bytes = queryBytes(`${name}.pstorage.test`, type, payload === undefined ? {} : { payload })
  const [message] = responder.respond(bytes, peer) ?? []
  if (message === undefined) throw new Error('no response')
  return { length: message.length, message: readMessage(message) }
}

const counts = ({ answers, authorities, additionals }: Message) => [
  answers.length,
  authorities.length,
  additionals.filter(({ type }) => type !== RecordType.OPT).length,
]

describe('S-1: a UDP answer has at most what is asked for, and at most what we send', () => {
  test.each([
    ['no EDNS', undefined, 512, true],
    ['0, which means 512', 0, 512, true],
    ['511, which means 512', 511, 512, true],
    ['512', 512, 512, true],
    ['1232', 1232, 1232, true],
    ['4096, of which we give 1232', 4096, 1232, true],
    ['65535, of which we give 1232', 65_535, 1232, true],
  ])('%s', (_name, payload, most, truncated) => {
    const bytes = queryBytes('forty.pstorage.test', 'SRV', payload === undefined ? {} : { payload: 1232 })
    if (payload !== undefined) bytes.writeUInt16BE(payload, bytes.length - 8)
    const [raw] = responder.respond(bytes, udpPeer) ?? []
    const message = readMessage(raw ?? Buffer.alloc(0))
    expect(raw?.length).toBeLessThanOrEqual(most)
    expect(message.header.truncated).toBe(truncated)
    // No part is taken for the whole, and OPT is still there (RFC 6891 section 7).
    expect(counts(message)).toEqual([0, 0, 0])
    expect(message.questions).toHaveLength(1)
    expect(ednsOf(message) === undefined).toBe(payload === undefined)
  })

  test('a larger udpPayloadSize is honoured, and announced', () => {
    const large = responderOf({
      origin: 'pstorage.test',
      zone: head + many(40, (i) => `a TXT ${i}\n`),
      udpPayloadSize: 4096,
    })
    const message = response(large, queryBytes('a.pstorage.test', 'TXT', { payload: 4000 }))
    expect(counts(message)).toEqual([40, 0, 0])
    expect(ednsOf(message)?.udpPayloadSize).toBe(4096)
    expect(response(large, queryBytes('a.pstorage.test', 'TXT')).header.truncated).toBe(true)
  })

  test.each([
    [512, false],
    [513, true],
  ])('a message of %i bytes without EDNS: TC %s', (size, truncated) => {
    // Header, question, the fixed part of the record behind a pointer, and a first string.
    const second = size - 12 - 21 - 12 - 251 - 1
    const zone = `${head}a TXT ${'x'.repeat(250)} ${'y'.repeat(second)}`
    const [bytes] =
      responderOf({ origin: 'pstorage.test', zone }).respond(queryBytes('a.pstorage.test', 'TXT'), udpPeer) ?? []
    expect(readMessage(bytes ?? Buffer.alloc(0)).header.truncated).toBe(truncated)
    expect(bytes?.length).toBe(truncated ? 12 + 21 : size)
  })
})

describe('additional records', () => {
  test('addresses of SRV targets that do not fit are left out without TC (RFC 2181 section 9)', () => {
    const { message, length } = ask('twenty', 'SRV', 1232)
    expect(message.header.truncated).toBe(false)
    expect(message.answers).toHaveLength(20)
    expect(length).toBeLessThanOrEqual(1232)
    const [, , extra = 0] = counts(message)
    expect(extra).toBeGreaterThan(0)
    expect(extra).toBeLessThan(20)
  })

  test('glue that does not fit sets TC (RFC 9471 section 3.1)', () => {
    const { message, length } = ask('x.cut', 'A', 1232)
    expect(message.header.truncated).toBe(true)
    expect(message.authorities).toHaveLength(30)
    expect(length).toBeLessThanOrEqual(1232)
    expect(counts(ask('x.cut', 'A', 1232, tcpPeer).message)).toEqual([0, 30, 30])
  })
})

describe('over TCP', () => {
  test('what UDP cuts is whole', () => {
    const { message } = ask('forty', 'SRV', undefined, tcpPeer)
    expect(message.header.truncated).toBe(false)
    expect(counts(message)).toEqual([40, 0, 40])
  })

  test('S-6: what no message can hold is SERVFAIL', () => {
    const { message } = ask('huge', 'TXT', 1232, tcpPeer)
    expect(message.header).toMatchObject({ rcode: ResponseCode.SERVFAIL, truncated: false })
    expect(ednsOf(message)).toBeDefined()
  })
})

describe('C-10: writing is linear', () => {
  test('a message of 2,000 SRV records takes no longer than 250 ms', () => {
    const full = responderOf({ origin: 'pstorage.test', zone: head + many(2_000, (i) => `a SRV 0 1 ${i + 1} h.\n`) })
    const bytes = queryBytes('a.pstorage.test', 'SRV')
    response(full, bytes, tcpPeer)
    const start = performance.now()
    expect(Array.from(full.respond(bytes, tcpPeer) ?? [])[0]?.length).toBeGreaterThan(40_000)
    expect(performance.now() - start).toBeLessThan(250)
  })
})

describe('compression', () => {
  test('the target of an SRV record is written out (RFC 2782), other names are not written twice', () => {
    const bytes = Array.from(
      responder.respond(queryBytes('twenty.pstorage.test', 'SRV', { payload: 1232 }), udpPeer) ?? [],
    )
    const text = bytes[0]?.toString('latin1') ?? ''
    const occurrences = text.split('\x08pstorage\x04test\0').length - 1
    // Once in the question and once in each of the 20 targets.
    expect(occurrences).toBe(21)
  })
})
