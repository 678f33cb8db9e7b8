import { ednsOf, RecordType, ResponseCode, responseCode, responseCodeName } from '@pstorage/dns-message'
import { Packet } from 'dns2'
import { describe, expect, test } from 'vitest'
import { manPageZone } from './fixtures/man-page-zone.js'
import { patched, queryBytes } from './support/query-bytes.js'
import { responderOf, response, responses, tcpPeer, udpPeer } from './support/responder-of.js'

const responder = responderOf({ origin: 'pstorage.test', zone: manPageZone })
const plain = queryBytes('s1.pstorage.test', 'A')
const withOpt = queryBytes('s1.pstorage.test', 'A', { payload: 4096 })
// The OPT record is the last 11 bytes: the version is its seventh.
const version = withOpt.length - 11 + 6
const opt = withOpt.subarray(-11)

describe('what a client sends gets the answer that is due', () => {
  const rows: [name: string, bytes: Uint8Array, rcode: keyof typeof ResponseCode | undefined][] = [
    ['a query', plain, 'NOERROR'],
    ['nothing', Buffer.alloc(0), undefined],
    ['eleven bytes', plain.subarray(0, 11), undefined],
    ['S-2: a response', patched(plain, { 2: 0x81 }), undefined],
    ['S-2: a malformed response', patched(plain, { 2: 0x80 }).subarray(0, 14), undefined],
    ['S-2: a header alone that announces a question', plain.subarray(0, 12), 'FORMERR'],
    ['S-2: a question cut short', plain.subarray(0, -1), 'FORMERR'],
    ['S-2: a byte too many', Buffer.concat([plain, Buffer.alloc(1)]), 'FORMERR'],
    ['S-2: no question', patched(plain, { 5: 0 }).subarray(0, 12), 'FORMERR'],
    ['two questions', Buffer.concat([patched(plain, { 5: 2 }), plain.subarray(12)]), 'FORMERR'],
    ['a name that points forward', patched(plain, { 12: 0xc0, 13: 0x20 }), 'FORMERR'],
    ['a name that points at itself', patched(plain, { 12: 0xc0, 13: 0x0c }), 'FORMERR'],
    ['a label of an unknown kind', patched(plain, { 12: 0x42 }), 'FORMERR'],
    ['a record that is announced and missing', patched(plain, { 7: 1 }), 'FORMERR'],
    ['two OPT records', Buffer.concat([patched(withOpt, { 11: 2 }), opt]), 'FORMERR'],
    ['EDNS version 1', patched(withOpt, { [version]: 1 }), 'BADVERS'],
    ['EDNS version 255 with a broken opcode', patched(withOpt, { [version]: 255, 2: 0x78 }), 'NOTIMP'],
    ['S-2: opcode IQUERY', patched(plain, { 2: 0x08 }), 'NOTIMP'],
    ['S-2: opcode STATUS', patched(plain, { 2: 0x10 }), 'NOTIMP'],
    ['S-2: opcode NOTIFY', patched(plain, { 2: 0x20 }), 'NOTIMP'],
    ['S-2: opcode UPDATE', patched(plain, { 2: 0x28 }), 'NOTIMP'],
    ['S-2: opcode UPDATE, malformed', patched(plain, { 2: 0x28 }).subarray(0, 20), 'NOTIMP'],
    ['class CH', queryBytes('version.bind', 'TXT', { class: 3 }), 'REFUSED'],
    ['class ANY', queryBytes('s1.pstorage.test', 'A', { class: 255 }), 'REFUSED'],
    ['type OPT', queryBytes('pstorage.test', 'OPT'), 'FORMERR'],
    ['type TSIG', queryBytes('pstorage.test', 'TSIG'), 'FORMERR'],
    ['type 0', patched(plain, { [plain.length - 3]: 0 }), 'FORMERR'],
    ['type MAILB', patched(plain, { [plain.length - 3]: 253 }), 'NOTIMP'],
    ['AXFR over UDP', queryBytes('pstorage.test', 'AXFR'), 'FORMERR'],
  ]
  test.each(rows)('%s', (_name, bytes, rcode) => {
    const answers = responses(responder, bytes, udpPeer)
    expect(answers?.map((message) => responseCodeName(responseCode(message)))).toEqual(rcode && [rcode])
  })

  test('a response repeats id, opcode, RD and the question, and clears what is not ours to set', () => {
    const bytes = patched(plain, { 2: 0x01, 3: 0xf0 })
    const { header, questions } = response(responder, bytes)
    expect(header).toEqual({
      id: 4711,
      response: true,
      opcode: 0,
      authoritative: true,
      truncated: false,
      recursionDesired: true,
      recursionAvailable: false,
      authenticData: false,
      checkingDisabled: false,
      rcode: 0,
    })
    expect(questions).toEqual([{ name: ['s1', 'pstorage', 'test'], type: RecordType.A, class: 1 }])
    expect(response(responder, patched(plain, { 2: 0x10 })).header).toMatchObject({
      opcode: 2,
      recursionDesired: false,
    })
  })
})

describe('EDNS', () => {
  test.each([
    ['with a record', queryBytes('s1.pstorage.test', 'A', { payload: 4096 })],
    ['NXDOMAIN', queryBytes('x.pstorage.test', 'A', { payload: 4096 })],
    ['REFUSED', queryBytes('x.test', 'A', { payload: 4096 })],
    ['BADVERS', patched(withOpt, { [version]: 9 })],
    ['NOTIMP', patched(withOpt, { 2: 0x20 })],
  ])('a query with OPT gets OPT: %s', (_name, bytes) => {
    expect(ednsOf(response(responder, bytes))).toMatchObject({ udpPayloadSize: 1232, version: 0, dnssecOk: false })
  })

  test('a query without gets none', () => {
    expect(ednsOf(response(responder, plain))).toBeUndefined()
  })

  test('DO comes back (RFC 3225)', () => {
    const bytes = queryBytes('s1.pstorage.test', 'A', { payload: 4096, dnssecOk: true })
    expect(ednsOf(response(responder, bytes))?.dnssecOk).toBe(true)
  })
})

describe('signed queries', () => {
  const tsig = (data: string) => {
    const name = '\x01k\0'
    const length = String.fromCharCode(0, data.length)
    return Buffer.concat([
      patched(plain, { 11: 1 }),
      Buffer.from(`${name}\0\xfa\0\xff\0\0\0\0${length}${data}`, 'latin1'),
    ])
  }
  const times = '\0\0\x5f\x00\x00\x00\x01\x2c'

  test('a key is not known: NOTAUTH with BADKEY, unsigned (RFC 8945 section 5.2.1)', () => {
    const message = response(responder, tsig(`\x0bhmac-sha256\0${times}\0\x04MAC!\x12\x67\0\0\0\0`))
    expect(responseCode(message)).toBe(ResponseCode.NOTAUTH)
    const [record] = message.additionals
    expect(record).toMatchObject({ name: ['k'], type: RecordType.TSIG, class: 255, ttl: 0 })
    const data = Buffer.from(`\x0bhmac-sha256\0${times}\0\0\x12\x67\0\x11\0\0`, 'latin1')
    expect(record?.data).toEqual({ kind: 'opaque', bytes: new Uint8Array(data) })
  })

  test('OPT stands before it', () => {
    const signed = tsig(`\x01x\0${times}\0\0\0\0\0\0\0\0`)
    const both = Buffer.concat([patched(plain, { 11: 2 }), opt, signed.subarray(plain.length)])
    expect(response(responder, both).additionals.map(({ type }) => type)).toEqual([RecordType.OPT, RecordType.TSIG])
  })

  test.each([
    ['no algorithm', ''],
    ['an algorithm without an end', '\x0bhmac'],
    ['no time', '\x01x\0\0\0'],
  ])('%s: FORMERR', (_name, data) => {
    expect(responseCode(response(responder, tsig(data)))).toBe(ResponseCode.FORMERR)
  })
})

describe('hostile input', () => {
  test('C-1: a bomb of pointers is refused', () => {
    const hops = Buffer.alloc(60_000)
    for (let at = 0; at < hops.length; at += 2) hops.writeUInt16BE(0xc000 | Math.min(0x3fff, 12 + at + 2), at)
    const bomb = Buffer.concat([patched(plain.subarray(0, 12), { 4: 0x20 }), hops])
    expect(response(responder, bomb, tcpPeer).header.rcode).toBe(ResponseCode.FORMERR)
  })
})

describe('the second opinion of dns2', () => {
  test.each([
    ['s1.pstorage.test', 'A', 1, 0],
    ['pstorage_clusters.pstorage.test', 'TXT', 3, 0],
    ['_pstorage._tcp.my-cluster.pstorage.test', 'SRV', 3, 3],
    ['pstorage.test', 'NS', 1, 1],
    ['pstorage.test', 'SOA', 1, 0],
    ['pstorage.test', 'AXFR', 17, 0],
    ['missing.pstorage.test', 'A', 0, 0],
  ] as const)('%s %s decodes without an error', (name, type, answers, additionals) => {
    const [bytes] = responder.respond(queryBytes(name, type), tcpPeer) ?? []
    const packet = Packet.parse(bytes ?? Buffer.alloc(0))
    expect(packet.errors).toEqual([])
    expect(packet.answers).toHaveLength(answers)
    expect(packet.additionals).toHaveLength(additionals)
  })
})
