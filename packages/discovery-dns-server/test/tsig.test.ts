import { RecordType, ResponseCode, readMessage, responseCodeName } from '@pstorage/dns-message'
import { describe, expect, test } from 'vitest'
import type { ClusterNameServerOptions, ReceivedQuery, TsigKey } from '../src/index.js'
import { manPageZone } from './fixtures/man-page-zone.js'
import { patched, queryBytes } from './support/query-bytes.js'
import { responderOf, tcpPeer, udpPeer } from './support/responder-of.js'
import { areSigned, type SignatureParts, signatureOf, signedQuery } from './support/signed-query.js'

const origin = 'pstorage.test'
const seconds = 1_790_000_000
const key: TsigKey = {
  name: 'Transfer.key',
  algorithm: 'hmac-sha256',
  secret: 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=',
}
const key384: TsigKey = { name: 'k384', algorithm: 'hmac-sha384', secret: 'a2V5IHRoYXQgaXMgbm90IHVzZWQgYW55d2hlcmU=' }
const key512: TsigKey = { name: 'k512', algorithm: 'hmac-sha512', secret: 'YW5vdGhlciBrZXk=' }
const keys = [key, key384, key512]
const soa = queryBytes(origin, 'SOA')
const axfr = queryBytes(origin, 'AXFR')

const serverOf = (options: Partial<ClusterNameServerOptions> = {}) =>
  responderOf({ origin, zone: manPageZone, keys, now: () => seconds * 1000, ...options } as ClusterNameServerOptions) // one of the two contents is there
const server = serverOf()

const ask = (bytes: Buffer, peer = udpPeer, responder = server) => Array.from(responder.respond(bytes, peer) ?? [])
const rcodes = (messages: readonly Buffer[]) =>
  messages.map((bytes) => responseCodeName(readMessage(bytes).header.rcode))

describe('a query signed by a key of the server', () => {
  test.each(keys)('$algorithm: the answer is signed', (each) => {
    const { bytes, mac } = signedQuery(soa, each, { time: seconds })
    const answers = ask(bytes)
    expect(rcodes(answers)).toEqual(['NOERROR'])
    expect(areSigned(answers, each, mac)).toBe(true)
    const [answer = Buffer.alloc(0)] = answers
    expect(readMessage(answer).answers).toHaveLength(1)
    expect(signatureOf(answer)).toMatchObject({ time: seconds, fudge: 300, error: 0, originalId: 4711 })
  })

  test.each([
    ['NXDOMAIN', queryBytes(`missing.${origin}`, 'A'), 'NXDOMAIN'],
    ['REFUSED', queryBytes('elsewhere.test', 'A'), 'REFUSED'],
    ['NOTIMP', patched(soa, { 2: 0x28 }), 'NOTIMP'],
    ['AXFR over UDP', axfr, 'FORMERR'],
    ['an OPT record', queryBytes(origin, 'SOA', { payload: 1232 }), 'NOERROR'],
  ])('%s is signed as well', (_name, query, rcode) => {
    const { bytes, mac } = signedQuery(query, key, { time: seconds })
    const answers = ask(bytes)
    expect(rcodes(answers)).toEqual([rcode])
    expect(areSigned(answers, key, mac)).toBe(true)
  })

  const good: [name: string, with_: TsigKey, parts: SignatureParts][] = [
    ['the name of the key in another case', { ...key, name: 'tRANSFER.KEY' }, { time: seconds }],
    ['an id that a forwarder has changed', key, { time: seconds, originalId: 99 }],
    ['300 s early', key, { time: seconds - 300 }],
    ['300 s late', key, { time: seconds + 300 }],
    ['1,000 s off where the client allows that', key, { time: seconds - 1000, fudge: 1000 }],
  ]
  test.each(good)('is believed: %s', (_name, each, parts) => {
    const { bytes, mac } = signedQuery(soa, each, parts)
    const answers = ask(bytes)
    expect(rcodes(answers)).toEqual(['NOERROR'])
    expect(areSigned(answers, each, mac)).toBe(true)
  })

  test('every message of a transfer is signed over the one before', () => {
    const hosts = Array.from({ length: 2_000 }, (_, index) => `h${index} A 10.0.0.1\n`).join('')
    const responder = serverOf({ zone: `${manPageZone}${hosts}`, allowTransfer: [{ key: 'transfer.KEY.' }] })
    const { bytes, mac } = signedQuery(axfr, key, { time: seconds })
    const messages = ask(bytes, tcpPeer, responder)
    expect(messages.length).toBeGreaterThan(2)
    for (const message of messages) expect(message.length).toBeLessThanOrEqual(16_384)
    expect(messages.flatMap((message) => readMessage(message).answers)).toHaveLength(2_017)
    expect(areSigned(messages, key, mac)).toBe(true)
    expect(areSigned(messages.toSpliced(1, 1), key, mac)).toBe(false)
  })

  test('a record that leaves no room for the signature ends the transfer instead of being left out', () => {
    const name = Array.from({ length: 4 }, () => 'k'.repeat(61)).join('.')
    const owner = Array.from({ length: 3 }, () => 'o'.repeat(60)).join('.')
    const long: TsigKey = { ...key512, name }
    const strings = [...Array.from({ length: 253 }, () => 'x'.repeat(255)), 'x'.repeat(219)]
    const faults: unknown[] = []
    const zone = `${manPageZone}${owner} TXT ${strings.join(' ')}\n`
    const responder = serverOf({ zone, keys: [long], onError: (fault) => faults.push(fault) })
    const { bytes } = signedQuery(axfr, long, { time: seconds })
    expect(() => ask(bytes, tcpPeer, responder)).toThrow(RangeError)
  })

  test('S-1: a UDP answer leaves room for its signature', () => {
    const many = Array.from({ length: 30 }, (_, index) => `many TXT "number ${index}"\n`).join('')
    const responder = serverOf({ zone: `$TTL 60\n${manPageZone}${many}` })
    const fits: boolean[] = []
    for (let payload = 512; payload <= 1232; payload++) {
      const query = queryBytes(`many.${origin}`, 'TXT', { payload })
      const { bytes, mac } = signedQuery(query, key512, { time: seconds })
      const answers = ask(bytes, udpPeer, responder)
      expect(areSigned(answers, key512, mac)).toBe(true)
      expect(answers[0]?.length).toBeLessThanOrEqual(payload)
      fits.push(!readMessage(answers[0] ?? Buffer.alloc(0)).header.truncated)
    }
    expect(new Set(fits)).toEqual(new Set([false, true]))
  })
})

describe('a signature that does not hold (RFC 8945 section 5.2)', () => {
  const flipped = (mac: Buffer) => patched(mac, { 3: (mac[3] ?? 0) ^ 1 })
  const other = { ...key, secret: 'b3RoZXI=' }
  const rows: [id: string, with_: TsigKey, parts: SignatureParts, rcode: string, error: number | undefined][] = [
    ['a key that is not known', { ...key, name: 'unknown' }, { time: seconds }, 'NOTAUTH', ResponseCode.BADKEY],
    ['another algorithm', { ...key, algorithm: 'hmac-sha512' }, { time: seconds }, 'NOTAUTH', ResponseCode.BADKEY],
    ['another secret', other, { time: seconds }, 'NOTAUTH', 16],
    ['a bit of the MAC', key, { time: seconds, mac: flipped }, 'NOTAUTH', 16],
    ['another secret and another time', other, { time: 0 }, 'NOTAUTH', 16],
    ['another secret, cut', other, { time: seconds, mac: (mac) => mac.subarray(0, 16) }, 'NOTAUTH', 16],
    ['301 s early', key, { time: seconds - 301 }, 'NOTAUTH', ResponseCode.BADTIME],
    ['301 s late', key, { time: seconds + 301 }, 'NOTAUTH', ResponseCode.BADTIME],
    ['2 s off and a fudge of 1', key, { time: seconds - 2, fudge: 1 }, 'NOTAUTH', ResponseCode.BADTIME],
    ['the greatest time there is', key, { time: 2 ** 48 - 1 }, 'NOTAUTH', ResponseCode.BADTIME],
    ['half of the MAC', key, { time: seconds, mac: (mac) => mac.subarray(0, 16) }, 'NOTAUTH', ResponseCode.BADTRUNC],
    ['less than half', key, { time: seconds, mac: (mac) => mac.subarray(0, 15) }, 'FORMERR', undefined],
    ['no MAC', key, { time: seconds, mac: () => Buffer.alloc(0) }, 'FORMERR', undefined],
    ['a MAC too long', key, { time: seconds, mac: (mac) => Buffer.concat([mac, mac]) }, 'FORMERR', undefined],
    ['class IN', key, { time: seconds, class: 1 }, 'FORMERR', undefined],
    ['a TTL', key, { time: seconds, ttl: 1 }, 'FORMERR', undefined],
  ]
  test.each(rows)('%s', (_name, each, parts, rcode, error) => {
    const { bytes, mac } = signedQuery(soa, each, parts)
    const answers = ask(bytes)
    expect(rcodes(answers)).toEqual([rcode])
    const [answer = Buffer.alloc(0)] = answers
    expect(readMessage(answer)).toMatchObject({ answers: [], authorities: [], header: { id: 4711 } })
    const seen = signatureOf(answer)
    expect(seen?.error).toBe(error)
    if (seen === undefined) return
    // Where the MAC was right, the error is signed; else there is nothing to sign it with that the client could trust.
    const isSigned = error === ResponseCode.BADTIME || error === ResponseCode.BADTRUNC
    expect(areSigned(answers, each, mac)).toBe(isSigned)
    expect(seen.mac).toHaveLength(isSigned ? 32 : 0)
    expect(seen.time).toBe(parts.time)
    expect(seen.other.toString('hex')).toBe(
      error === ResponseCode.BADTIME ? seconds.toString(16).padStart(12, '0') : '',
    )
  })

  test('a changed message', () => {
    const { bytes } = signedQuery(soa, key, { time: seconds })
    expect(signatureOf(ask(patched(bytes, { 2: 0 }))[0] ?? bytes)?.error).toBe(16)
  })

  test('a record behind it, or a second one: FORMERR', () => {
    const { bytes } = signedQuery(soa, key, { time: seconds })
    const record = signatureOf(bytes)?.record ?? Buffer.alloc(0)
    const opt = queryBytes(origin, 'SOA', { payload: 1232 }).subarray(-11)
    expect(rcodes(ask(Buffer.concat([patched(bytes, { 11: 2 }), opt])))).toEqual(['FORMERR'])
    expect(rcodes(ask(Buffer.concat([patched(bytes, { 11: 2 }), record])))).toEqual(['FORMERR'])
    const asAnswer = Buffer.concat([patched(soa, { 7: 1 }), record])
    expect(rcodes(ask(asAnswer))).toEqual(['FORMERR'])
  })

  test('a replayed query gets an answer that only fits its own MAC', () => {
    const one = signedQuery(soa, key, { time: seconds })
    const two = signedQuery(soa, key, { time: seconds + 1 })
    expect(areSigned(ask(one.bytes), key, two.mac)).toBe(false)
  })
})

describe('who may transfer, by key', () => {
  type Allow = ClusterNameServerOptions['allowTransfer']
  const rows: [name: string, allow: Allow, with_: TsigKey | undefined, address: string, rcode: string][] = [
    ['the key, from anywhere', [{ key: 'transfer.key' }], key, '203.0.113.7', 'NOERROR'],
    ['no key, from loopback', [{ key: 'transfer.key' }], undefined, '127.0.0.1', 'REFUSED'],
    ['another key of the server', [{ key: 'transfer.key' }], key512, '127.0.0.1', 'REFUSED'],
    ['the second key', [{ key: 'transfer.key' }, { key: 'k512' }], key512, '127.0.0.1', 'NOERROR'],
    ['the address beside a key', ['10.0.0.0/8', { key: 'k512' }], undefined, '10.1.2.3', 'NOERROR'],
    ['a key by default', undefined, key, '203.0.113.7', 'REFUSED'],
    ['loopback by default', undefined, undefined, '127.0.0.1', 'NOERROR'],
    ['a key where nobody may', 'none', key, '127.0.0.1', 'REFUSED'],
  ]
  test.each(rows)('%s', (_name, allowTransfer, each, address, rcode) => {
    const responder = serverOf({ allowTransfer })
    for (const query of [axfr, queryBytes(origin, 'IXFR')]) {
      const { bytes } = each === undefined ? { bytes: query } : signedQuery(query, each, { time: seconds })
      expect(rcodes(ask(bytes, { ...tcpPeer, address }, responder))).toEqual([rcode])
    }
  })

  test('a key with a wrong secret does not transfer', () => {
    const responder = serverOf({ allowTransfer: [{ key: 'transfer.key' }] })
    const { bytes } = signedQuery(axfr, { ...key, secret: 'b3RoZXI=' }, { time: seconds })
    const messages = ask(bytes, tcpPeer, responder)
    expect(rcodes(messages)).toEqual(['NOTAUTH'])
    expect(messages.flatMap((message) => readMessage(message).answers)).toEqual([])
  })

  test('the observer sees the key only where it holds', async () => {
    const seen: ReceivedQuery[] = []
    const responder = serverOf({ onQuery: (query) => seen.push(query) })
    ask(signedQuery(soa, key, { time: seconds }).bytes, udpPeer, responder)
    ask(signedQuery(soa, key, { time: 0 }).bytes, udpPeer, responder)
    ask(soa, udpPeer, responder)
    await Promise.resolve()
    expect(seen.map((query) => query.key)).toEqual(['transfer.key', undefined, undefined])
  })
})

describe('keys that cannot be used', () => {
  const secret = 'QSBzZWNyZXQgdGhhdCBpcyBub3Qgc2hvd24='
  const rows: [name: string, options: Record<string, unknown>][] = [
    ['no list', { keys: key }],
    ['no key', { keys: [null] }],
    ['no name', { keys: [{ ...key, name: undefined }] }],
    ['an empty name', { keys: [{ ...key, name: '' }] }],
    ['a label too long', { keys: [{ ...key, name: 'x'.repeat(64) }] }],
    ['the same name twice', { keys: [key, { ...key512, name: 'TRANSFER.key.' }] }],
    ['an old algorithm', { keys: [{ ...key, secret, algorithm: 'hmac-md5' }] }],
    ['no algorithm', { keys: [{ name: 'k', secret }] }],
    ['no secret', { keys: [{ ...key, secret: '' }] }],
    ['a secret that is cut', { keys: [{ ...key, secret: secret.slice(0, -2) }] }],
    ['a secret in base64url', { keys: [{ ...key, secret: '_-_-' }] }],
    ['a secret that is no text', { keys: [{ ...key, secret: Buffer.from(secret) }] }],
    ['a transfer by a key that is not there', { allowTransfer: [{ key: 'elsewhere' }] }],
    ['a transfer by nothing', { allowTransfer: [{}] }],
    ['a clock that is no function', { now: 0 }],
    ['an observer of errors that is no function', { onError: console }],
  ]
  test.each(rows)('%s', (_name, options) => {
    const act = () => serverOf(options as Partial<ClusterNameServerOptions>) // wrong on purpose
    expect(act).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
    expect(act).toThrow(expect.objectContaining({ message: expect.not.stringContaining(secret.slice(0, 8)) }))
  })
})

test('TSIG stands behind OPT in an answer', () => {
  const { bytes } = signedQuery(queryBytes(origin, 'SOA', { payload: 1232 }), key, { time: seconds })
  const types = readMessage(ask(bytes)[0] ?? bytes).additionals.map(({ type }) => type)
  expect(types.slice(-2)).toEqual([RecordType.OPT, RecordType.TSIG])
})
