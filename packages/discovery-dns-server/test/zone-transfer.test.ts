import { ednsOf, nameFromText, RecordType, ResponseCode, readMessage } from '@pstorage/dns-message'
import { describe, expect, test } from 'vitest'
import { manPageZone } from './fixtures/man-page-zone.js'
import { patched, queryBytes } from './support/query-bytes.js'
import { recordText } from './support/record-text.js'
import { responderOf, response, responses, tcpPeer, udpPeer } from './support/responder-of.js'

const axfr = queryBytes('pstorage.test', 'AXFR')
const head = '$TTL 60\n@ SOA ns host 5 1 1 1 1\n  NS ns\nns A 127.0.0.1\n'

/** An IXFR query says in its authority section which serial the client has. */
function ixfr(serial: number): Buffer {
  const query = patched(queryBytes('pstorage.test', 'IXFR'), { 9: 1 })
  const record = Buffer.alloc(12 + 22)
  record.writeUInt16BE(0xc00c, 0)
  record.writeUInt16BE(RecordType.SOA, 2)
  record.writeUInt16BE(1, 4)
  record.writeUInt16BE(22, 10)
  record.writeUInt32BE(serial, 14)
  return Buffer.concat([query, record])
}

describe('AXFR', () => {
  test('the SOA record, all others in their order and case, and the SOA record again', () => {
    const responder = responderOf({
      origin: 'pstorage.test',
      zone: `${head}B.Mixed TXT x\na CNAME b\n*.w TXT y\ncut NS ns.cut\nns.cut A 10.0.0.1`,
    })
    const message = response(responder, axfr, tcpPeer)
    const d = 'pstorage.test'
    const soa = `${d} 60 SOA ns.${d} host.${d} 5 1 1 1 1`
    expect(message.answers.map(recordText)).toEqual([
      soa,
      `${d} 60 NS ns.${d}`,
      `ns.${d} 60 A 127.0.0.1`,
      `B.Mixed.${d} 60 TXT "x"`,
      `a.${d} 60 CNAME b.${d}`,
      `*.w.${d} 60 TXT "y"`,
      `cut.${d} 60 NS ns.cut.${d}`,
      `ns.cut.${d} 60 A 10.0.0.1`,
      soa,
    ])
    expect(message.header).toMatchObject({ id: 4711, authoritative: true, rcode: 0, truncated: false })
    expect(message.questions).toHaveLength(1)
  })

  test('100,000 records come in messages of at most 16 KiB, each readable, in linear time', () => {
    const clusters = Array.from({ length: 50_000 }, (_, index) => ({
      name: `cluster-${index}`,
      mds: [{ address: `10.0.${index >> 8}.${index & 255}` }],
    }))
    const responder = responderOf({ origin: 'pstorage.test', clusters })
    let records = 0
    let services = 0
    let index = 0
    let last = 0
    for (const bytes of responder.respond(axfr, tcpPeer) ?? []) {
      expect(bytes.length).toBeLessThanOrEqual(16_384)
      const message = readMessage(bytes)
      expect(message.questions).toHaveLength(index === 0 ? 1 : 0)
      if (index === 0) expect(message.answers[0]?.type).toBe(RecordType.SOA)
      records += message.answers.length
      services += message.answers.filter(({ type }) => type === RecordType.SRV).length
      last = message.answers.at(-1)?.type ?? 0
      index++
    }
    expect(services).toBe(50_000)
    expect(records).toBe(100_000 + 4)
    expect(last).toBe(RecordType.SOA)
    expect(index).toBeGreaterThan(250)
  })

  test('a record larger than that has a message of its own', () => {
    const big = Array.from({ length: 250 }, () => 'x'.repeat(250)).join(' ')
    const responder = responderOf({ origin: 'pstorage.test', zone: `${head}a TXT ${big}\nb TXT ${big} y\nc TXT z` })
    const messages = responses(responder, axfr, tcpPeer) ?? []
    expect(messages.map(({ answers }) => answers.length)).toEqual([3, 1, 1, 2])
  })

  test('the largest TXT record there can be fits', () => {
    const strings = [...Array.from({ length: 253 }, () => 'x'.repeat(255)), 'x'.repeat(219)]
    const responder = responderOf({ origin: 'pstorage.test', zone: `${head}a TXT ${strings.join(' ')}` })
    const query = queryBytes('a.pstorage.test', 'TXT', { payload: 1232 })
    expect(response(responder, query, tcpPeer).answers).toHaveLength(1)
    expect((responses(responder, axfr, tcpPeer) ?? []).flatMap(({ answers }) => answers)).toHaveLength(5)
  })

  test('OPT is in the first message alone (RFC 5936 section 2.2.5)', () => {
    const text = Array.from({ length: 1_000 }, (_, index) => `h${index} A 10.0.0.1\n`).join('')
    const responder = responderOf({ origin: 'pstorage.test', zone: head + text })
    const messages = responses(responder, queryBytes('pstorage.test', 'AXFR', { payload: 1232 }), tcpPeer) ?? []
    expect(messages.map((message) => ednsOf(message) !== undefined)).toEqual([
      true,
      ...messages.slice(1).map(() => false),
    ])
    expect(messages.length).toBeGreaterThan(1)
  })

  test('a transfer that runs finishes with the zone it began with', () => {
    const responder = responderOf({ origin: 'pstorage.test', zone: manPageZone })
    const running = responder.respond(axfr, tcpPeer)
    responder.zone = responderOf({ origin: 'pstorage.test', zone: `${head}new TXT x` }).zone
    const records = Array.from(running ?? []).flatMap((bytes) => readMessage(bytes).answers)
    expect(records).toHaveLength(17)
  })
})

describe('who gets a transfer', () => {
  const rows: [allow: 'any' | 'none' | string[] | undefined, client: string, allowed: boolean][] = [
    [undefined, '127.0.0.1', true],
    [undefined, '127.200.0.1', true],
    [undefined, '::1', true],
    [undefined, '10.0.0.1', false],
    [undefined, '::2', false],
    ['any', '203.0.113.7', true],
    ['any', '2001:db8::7', true],
    ['none', '127.0.0.1', false],
    [[], '127.0.0.1', false],
    [['10.0.0.0/9'], '10.127.255.255', true],
    [['10.0.0.0/9'], '10.128.0.0', false],
    [['10.0.0.7'], '10.0.0.7', true],
    [['10.0.0.7'], '10.0.0.70', false],
    [['0.0.0.0/0'], '203.0.113.7', true],
    [['0.0.0.0/0'], '2001:db8::7', false],
    [['2001:db8::/32'], '2001:db8:ffff::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['fe80::/10'], 'fe80::1%eth0', true],
    [['::/0', '10.0.0.1/32'], '10.0.0.1', true],
  ]
  test.each(rows)('allowTransfer %o, client %s: %s', (allowTransfer, address, allowed) => {
    const responder = responderOf({ origin: 'pstorage.test', zone: manPageZone, allowTransfer })
    const rcode = allowed ? ResponseCode.NOERROR : ResponseCode.REFUSED
    expect(response(responder, axfr, { ...tcpPeer, address }).header.rcode).toBe(rcode)
    expect(response(responder, ixfr(1), { ...tcpPeer, address }).header.rcode).toBe(rcode)
    expect(response(responder, ixfr(1), { ...udpPeer, address }).header.rcode).toBe(rcode)
  })

  test.each([
    ['a text', 'loopback'],
    ['a host name', ['localhost']],
    ['an empty entry', ['']],
    ['a prefix too long', ['10.0.0.0/33']],
    ['an IPv6 prefix too long', ['::/129']],
    ['a prefix without a number', ['10.0.0.0/']],
    ['a prefix with a sign', ['10.0.0.0/-1']],
    ['a netmask', ['10.0.0.0/255.0.0.0']],
    ['a zone', ['fe80::1%lo']],
    ['a number', [10]],
    ['null', null],
  ])('%s is refused', (_name, allowTransfer) => {
    const options = { origin: 'pstorage.test', zone: manPageZone, allowTransfer: allowTransfer as 'any' }
    expect(() => responderOf(options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })

  test.each([
    ['a name below the origin', 's1.pstorage.test'],
    ['a name above it', 'test'],
    ['another zone', 'example.org'],
  ])('%s is not a zone here: NOTAUTH (RFC 5936 section 2.2.1)', (_name, name) => {
    const responder = responderOf({ origin: 'pstorage.test', zone: manPageZone })
    expect(response(responder, queryBytes(name, 'AXFR'), tcpPeer).header.rcode).toBe(ResponseCode.NOTAUTH)
  })

  test('the origin in another case is the origin', () => {
    const responder = responderOf({ origin: 'pstorage.test', zone: manPageZone })
    expect(response(responder, queryBytes('PSTORAGE.Test', 'AXFR'), tcpPeer).answers).toHaveLength(17)
  })
})

describe('IXFR', () => {
  const responder = responderOf({ origin: 'pstorage.test', zone: manPageZone })
  const serial = 1_995_032_001

  test.each([
    ['an older serial gets the whole zone', serial - 1, 17],
    ['an older serial around the circle (RFC 1982)', (serial + 2 ** 31 + 1) % 2 ** 32, 17],
    ['the same serial gets one SOA record', serial, 1],
    ['a newer serial gets one SOA record', serial + 5, 1],
  ])('%s', (_name, held, records) => {
    const message = response(responder, ixfr(held), tcpPeer)
    expect(message.answers).toHaveLength(records)
    expect(message.questions).toEqual([{ name: nameFromText('pstorage.test'), type: RecordType.IXFR, class: 1 }])
  })

  test('without a serial it gets the whole zone', () => {
    expect(response(responder, queryBytes('pstorage.test', 'IXFR'), tcpPeer).answers).toHaveLength(17)
  })

  test('over UDP it gets one SOA record, which sends the client to TCP (RFC 1995 section 2)', () => {
    expect(response(responder, ixfr(1), udpPeer).answers.map(({ type }) => type)).toEqual([RecordType.SOA])
  })
})
