import { describe, expect, it } from 'vitest'
import { type MessageHeader, type Name, type RecordData, RecordType, readMessage } from '../src/index.js'
import { scannedAsRead } from './scan-as-reader.js'
import { dotted, label, message, type Octets, pointer, question, record, text, u16, u32 } from './wire.js'

const owner = dotted('cluster1.pstorage.test')
const bytesOf = (...octets: Octets): Uint8Array => Uint8Array.from(octets)

/** Reads the only answer of a message that has one, and can be scanned too. */
function answerOf(answer: Octets): RecordData | undefined {
  const bytes = message({ answers: [answer] })
  expect(scannedAsRead(bytes)).toBe(true)
  return readMessage(bytes).answers[0]?.data
}

describe('readMessage', () => {
  it('reads every part of a message', () => {
    const bytes = message({
      id: 0xbeef,
      flags: 0x8583,
      questions: [question(dotted('x.test'), RecordType.SRV)],
      answers: [record(pointer(12), RecordType.A, [10, 0, 0, 1], { ttl: 60 })],
      authorities: [record(pointer(14), RecordType.NS, [...label('ns'), ...pointer(14)], { ttl: 61 })],
      additionals: [record([0], RecordType.OPT, [], { class: 1232, ttl: 0x8000 })],
    })

    expect(readMessage(bytes)).toEqual({
      header: {
        id: 0xbeef,
        response: true,
        opcode: 0,
        authoritative: true,
        truncated: false,
        recursionDesired: true,
        recursionAvailable: true,
        authenticData: false,
        checkingDisabled: false,
        rcode: 3,
      },
      questions: [{ name: ['x', 'test'], type: 33, class: 1 }],
      answers: [{ name: ['x', 'test'], type: 1, class: 1, ttl: 60, data: { kind: 'A', address: '10.0.0.1' } }],
      authorities: [{ name: ['test'], type: 2, class: 1, ttl: 61, data: { kind: 'NS', target: ['ns', 'test'] } }],
      additionals: [{ name: [], type: 41, class: 1232, ttl: 0x8000, data: { kind: 'OPT', options: [] } }],
      lastRecordOffset: bytes.length - 11,
    })
  })

  const flags: readonly { name: keyof MessageHeader; flags: number; value: boolean | number }[] = [
    { name: 'response', flags: 0x8000, value: true },
    { name: 'opcode', flags: 0x7800, value: 15 },
    { name: 'authoritative', flags: 0x0400, value: true },
    { name: 'truncated', flags: 0x0200, value: true },
    { name: 'recursionDesired', flags: 0x0100, value: true },
    { name: 'recursionAvailable', flags: 0x0080, value: true },
    { name: 'authenticData', flags: 0x0020, value: true },
    { name: 'checkingDisabled', flags: 0x0010, value: true },
    { name: 'rcode', flags: 0x000f, value: 15 },
  ]
  it.each(flags)('reads $name from its bits alone', ({ name, flags, value }) => {
    const none = readMessage(message({ flags: 0 })).header
    expect(readMessage(message({ flags })).header).toEqual({ ...none, [name]: value })
    expect(readMessage(message({ flags: ~flags & 0xffff })).header[name]).toBe(typeof value === 'number' ? 0 : false)
  })

  const data: readonly { name: string; type: number; data: Octets; class?: number; expected: RecordData }[] = [
    { name: 'A', type: 1, data: [192, 0, 2, 255], expected: { kind: 'A', address: '192.0.2.255' } },
    { name: 'NS', type: 2, data: dotted('ns.test'), expected: { kind: 'NS', target: ['ns', 'test'] } },
    { name: 'CNAME', type: 5, data: dotted('a.test'), expected: { kind: 'CNAME', target: ['a', 'test'] } },
    { name: 'PTR', type: 12, data: dotted('p.test'), expected: { kind: 'PTR', target: ['p', 'test'] } },
    { name: 'PTR to the root', type: 12, data: [0], expected: { kind: 'PTR', target: [] } },
    {
      name: 'SOA',
      type: 6,
      data: [...dotted('ns.test'), ...dotted('root.test'), ...[0xffffffff, 1, 2, 3, 4].flatMap(u32)],
      expected: {
        kind: 'SOA',
        mname: ['ns', 'test'],
        rname: ['root', 'test'],
        serial: 0xffffffff,
        refresh: 1,
        retry: 2,
        expire: 3,
        minimum: 4,
      },
    },
    {
      name: 'TXT of three strings, one empty',
      type: 16,
      data: [...label('a,b'), 0, ...label('\xff\0')],
      expected: { kind: 'TXT', strings: [bytesOf(...text('a,b')), bytesOf(), bytesOf(0xff, 0)] },
    },
    { name: 'TXT of no octets (RFC 6763 section 6.1)', type: 16, data: [], expected: { kind: 'TXT', strings: [] } },
    { name: 'TXT of one empty string', type: 16, data: [0], expected: { kind: 'TXT', strings: [bytesOf()] } },
    {
      name: 'TXT of a string of 255 octets',
      type: 16,
      data: label('x'.repeat(255)),
      expected: { kind: 'TXT', strings: [bytesOf(...text('x'.repeat(255)))] },
    },
    {
      name: 'SRV',
      type: 33,
      data: [...u16(1), ...u16(2), ...u16(65535), ...dotted('mds1.test')],
      expected: { kind: 'SRV', priority: 1, weight: 2, port: 65535, target: ['mds1', 'test'] },
    },
    {
      name: 'SRV that says there is no service',
      type: 33,
      data: [0, 0, 0, 0, 0, 0, 0],
      expected: { kind: 'SRV', priority: 0, weight: 0, port: 0, target: [] },
    },
    { name: 'an unknown type', type: 65280, data: [1, 2, 3], expected: { kind: 'opaque', bytes: bytesOf(1, 2, 3) } },
    { name: 'an unknown type of no octets', type: 65280, data: [], expected: { kind: 'opaque', bytes: bytesOf() } },
    {
      name: 'A with the cache-flush bit',
      type: 1,
      class: 0x8001,
      data: [1, 2, 3, 4],
      expected: { kind: 'A', address: '1.2.3.4' },
    },
    { name: 'A of the class CH', type: 1, class: 3, data: [1, 2], expected: { kind: 'opaque', bytes: bytesOf(1, 2) } },
    { name: 'AAAA of the class HS', type: 28, class: 4, data: [1], expected: { kind: 'opaque', bytes: bytesOf(1) } },
    { name: 'SRV of the class CH', type: 33, class: 3, data: [1], expected: { kind: 'opaque', bytes: bytesOf(1) } },
    {
      name: 'TXT of the class CH',
      type: 16,
      class: 3,
      data: label('9.18'),
      expected: { kind: 'TXT', strings: [bytesOf(...text('9.18'))] },
    },
    {
      name: 'NS of the class ANY, as in an update',
      type: 2,
      class: 255,
      data: [],
      expected: { kind: 'opaque', bytes: bytesOf() },
    },
    {
      name: 'PTR of the class NONE, as in an update',
      type: 12,
      class: 254,
      data: [],
      expected: { kind: 'opaque', bytes: bytesOf() },
    },
  ]
  it.each(data)('reads $name', ({ type, data, class: recordClass = 1, expected }) => {
    expect(answerOf(record(owner, type, data, { class: recordClass }))).toEqual(expected)
  })

  it('reads the options of OPT', () => {
    const options = [...u16(10), ...u16(3), 1, 2, 3, ...u16(12), ...u16(0)]
    const { additionals } = readMessage(message({ additionals: [record([0], RecordType.OPT, options)] }))
    expect(additionals[0]?.data).toEqual({
      kind: 'OPT',
      options: [
        { code: 10, data: bytesOf(1, 2, 3) },
        { code: 12, data: bytesOf() },
      ],
    })
  })

  const addresses: readonly { groups: Octets; address: string }[] = [
    { groups: [0, 0, 0, 0, 0, 0, 0, 0], address: '::' },
    { groups: [0, 0, 0, 0, 0, 0, 0, 1], address: '::1' },
    { groups: [0xfe80, 0, 0, 0, 0, 0, 0, 0], address: 'fe80::' },
    { groups: [0x2001, 0xdb8, 0, 0, 1, 0, 0, 1], address: '2001:db8::1:0:0:1' },
    { groups: [0x2001, 0xdb8, 0, 1, 1, 1, 1, 1], address: '2001:db8:0:1:1:1:1:1' },
    { groups: [0x2001, 0, 0, 1, 0, 0, 0, 1], address: '2001:0:0:1::1' },
    { groups: [0, 0, 1, 2, 3, 4, 0, 0], address: '::1:2:3:4:0:0' },
    { groups: [1, 2, 3, 4, 5, 6, 0, 0], address: '1:2:3:4:5:6::' },
    { groups: [0, 1, 0, 1, 0, 1, 0, 1], address: '0:1:0:1:0:1:0:1' },
    { groups: [0x2001, 0xdb8, 0xa, 0xbc, 0xdef, 0xabcd, 0xf, 0], address: '2001:db8:a:bc:def:abcd:f:0' },
    { groups: [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201], address: '::ffff:192.0.2.1' },
    { groups: [0, 0, 0, 0, 0, 0xffff, 0, 0], address: '::ffff:0.0.0.0' },
    { groups: [0, 0, 0, 0, 0xffff, 0, 0, 1], address: '::ffff:0:0:1' },
  ]
  it.each(addresses)('writes an AAAA as RFC 5952 has it: $address', ({ groups, address }) => {
    expect(answerOf(record(owner, RecordType.AAAA, groups.flatMap(u16)))).toEqual({ kind: 'AAAA', address })
  })

  it('keeps class and TTL as they came, whatever the bits', () => {
    const { questions, answers } = readMessage(
      message({
        questions: [question(owner, 255, 0x8001)],
        answers: [record(owner, RecordType.A, [1, 2, 3, 4], { class: 0x8001, ttl: 0xffffffff })],
      }),
    )
    expect(questions[0]?.class).toBe(0x8001)
    expect(answers[0]).toMatchObject({ class: 0x8001, ttl: 0xffffffff })
  })

  const labels: readonly { name: string; labels: Name }[] = [
    { name: 'a dot', labels: ['a.b', 'test'] },
    { name: 'a NUL', labels: ['\0', 'test'] },
    { name: 'every octet', labels: Array.from({ length: 4 }, (_, part) => latin1(part * 61, 61)) },
    { name: 'upper case', labels: ['MixedCase', 'TEST'] },
    { name: '63 octets', labels: ['x'.repeat(63), 'y'.repeat(62), 'z'.repeat(12), 'w'.repeat(13)] },
    { name: '127 labels', labels: Array.from({ length: 127 }, () => 'x') },
  ]
  it.each(labels)('keeps labels with $name as they came', ({ labels }) => {
    const bytes = message({ questions: [question([...labels.flatMap(label), 0], 1)] })
    expect(readMessage(bytes).questions[0]?.name).toEqual(labels)
  })

  const kinds: readonly { name: string; view: (bytes: Uint8Array) => Uint8Array }[] = [
    { name: 'a Uint8Array', view: (bytes) => bytes },
    { name: 'a Buffer', view: (bytes) => Buffer.from(bytes) },
    {
      name: 'a part of a larger buffer',
      view: (bytes) =>
        Buffer.concat([Buffer.alloc(7, 0xff), bytes, Buffer.alloc(9, 0xff)]).subarray(7, 7 + bytes.length),
    },
    {
      name: 'shared memory',
      view: (bytes) => {
        const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
        shared.set(bytes)
        return shared
      },
    },
  ]
  it.each(kinds)('reads $name, and gives its bytes as Uint8Array', ({ view }) => {
    const bytes = view(
      message({
        answers: [record(owner, RecordType.TXT, label('hello')), record(owner, RecordType.MX, [0, 1, 0])],
        additionals: [record([0], RecordType.OPT, [...u16(10), ...u16(1), 7])],
      }),
    )
    const { answers, additionals } = readMessage(bytes)
    expect(answers.map((answer) => answer.data)).toStrictEqual([
      { kind: 'TXT', strings: [bytesOf(...text('hello'))] },
      { kind: 'opaque', bytes: bytesOf(0, 1, 0) },
    ])
    expect(additionals[0]?.data).toStrictEqual({ kind: 'OPT', options: [{ code: 10, data: bytesOf(7) }] })
  })

  it('says where the last record begins, so that a digest can leave out TSIG', () => {
    const first = record(owner, RecordType.A, [1, 2, 3, 4])
    const last = record(dotted('key'), RecordType.TSIG, [1, 2, 3], { class: 255, ttl: 0 })
    const bytes = message({ answers: [first], additionals: [last] })
    expect(readMessage(bytes).lastRecordOffset).toBe(bytes.length - last.length)
    expect(readMessage(message({ questions: [question(owner, 1)] })).lastRecordOffset).toBe(12 + owner.length + 4)
  })

  it('refuses what is not a Uint8Array as a fault of the caller', () => {
    // @ts-expect-error text is not bytes
    expect(() => readMessage('text')).toThrow(TypeError)
    // @ts-expect-error nor is a DataView
    expect(() => readMessage(new DataView(new ArrayBuffer(12)))).toThrow(TypeError)
  })
})

function latin1(from: number, count: number): string {
  return String.fromCharCode(...Array.from({ length: count }, (_, i) => from + i))
}
