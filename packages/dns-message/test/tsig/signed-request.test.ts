import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { nameFromText, RecordType, readMessage, writeQuery } from '../../src/index.js'
import { SignedRequest, TsigKey } from '../../src/tsig/index.js'
import { ReplySigner, serverTime, testKey } from './reply-signer.js'

const octets = Buffer.from('0123456789abcdef0123456789abcdef')
const now = 1_700_000_000_999
const query = writeQuery({
  id: 0xbeef,
  name: nameFromText('pstorage.test'),
  type: RecordType.AXFR,
  recursionDesired: false,
})

describe('a signed query', () => {
  it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)(
    'has the MAC of RFC 8945 section 4.3 with hmac-%s',
    (hash) => {
      const key = new TsigKey({ name: 'K.Test', algorithm: `hmac-${hash}`, secret: octets.toString('base64') })
      const { bytes: request } = new SignedRequest(key, query, () => now)
      const { additionals, lastRecordOffset } = readMessage(request)
      const [record] = additionals
      expect(record).toMatchObject({ name: ['k', 'test'], type: 250, class: 255, ttl: 0 })
      expect(Buffer.from(request.subarray(12, lastRecordOffset))).toEqual(Buffer.from(query.subarray(12)))

      const algorithm = Buffer.from(`${String.fromCharCode(5 + hash.length)}hmac-${hash}\0`, 'latin1')
      // 1,700,000,000 seconds, and 300 of fudge.
      const timers = Buffer.from('00006553f100012c', 'hex')
      const covered = [
        query,
        Buffer.from('\u0001k\u0004test\0', 'latin1'),
        Buffer.from('00ff00000000', 'hex'),
        algorithm,
        timers,
        Buffer.alloc(4),
      ]
      const mac = createHmac(hash, octets).update(Buffer.concat(covered)).digest()
      const length = Buffer.of(0, mac.length)
      const rdata = Buffer.concat([algorithm, timers, length, mac, Buffer.from('beef00000000', 'hex')])
      expect(record?.data.kind === 'opaque' && Buffer.from(record.data.bytes)).toEqual(rdata)
    },
  )
})

/** A signed query, and who signs the replies to it. */
function exchanged() {
  const request = new SignedRequest(new TsigKey(testKey), query, () => now)
  const signer = new ReplySigner(Buffer.from(request.bytes))
  const take = (bytes: Buffer): void => request.verify(bytes, readMessage(bytes))
  return { request, signer, take }
}

/** The query turned into a reply to it. */
function repliedWith(rcode = 0): Buffer {
  const bytes = Buffer.from(query)
  bytes.writeUInt8(0x80, 2)
  bytes.writeUInt8(rcode, 3)
  return bytes
}

describe('a reply', () => {
  it.each([-300, 300])('may be signed %d s from our time', (skew) => {
    const { request, signer, take } = exchanged()
    take(signer.sign(repliedWith(), { time: signer.requestTime + skew }))
    expect(() => request.end()).not.toThrow()
  })

  it.each([
    [-301, 'its clock is 301 s behind ours, and 300 s are allowed'],
    [301, 'its clock is 301 s ahead of ours, and 300 s are allowed'],
  ])('may not be signed %d s from our time', (skew, says) => {
    const { signer, take } = exchanged()
    const late = signer.sign(repliedWith(), { time: signer.requestTime + skew })
    expect(() => take(late)).toThrow(
      expect.objectContaining({ status: 'failed', code: 'BADTIME', message: expect.stringContaining(says) }),
    )
  })

  it.each([
    ['the same time', serverTime(1_700_000_000), 'its clock is 0 s ahead of ours'],
    ['another time', serverTime(1_699_999_000), 'its clock is 1000 s behind ours'],
    ['no time', Buffer.alloc(0), 'the clocks differ by too much'],
    ['a time of seven octets', Buffer.alloc(7), 'the clocks differ by too much'],
  ])('that does not accept our time may say %s', (_, other, says) => {
    const { signer, take } = exchanged()
    const refusal = signer.sign(repliedWith(9), { error: 18, other })
    expect(() => take(refusal)).toThrow(
      expect.objectContaining({ status: 'refused', code: 'BADTIME', message: expect.stringContaining(says) }),
    )
  })

  it.each([
    [16, 'BADSIG', 'has another secret'],
    [17, 'BADKEY', 'does not know the key transfer.key with hmac-sha256'],
    [21, 'BADALG', 'does not accept our signature (BADALG)'],
    [22, 'BADTRUNC', 'wants a longer signature'],
  ])('may say the error %d', (error, code, says) => {
    const { signer, take } = exchanged()
    const refusal = signer.sign(repliedWith(9), { error })
    expect(() => take(refusal)).toThrow(
      expect.objectContaining({ status: 'refused', code, message: expect.stringContaining(says) }),
    )
  })

  it.each([
    [2, 'failed', 'SERVFAIL'],
    [5, 'refused', 'REFUSED'],
    [9, 'refused', 'NOTAUTH'],
    [0, 'failed', 'EUNSIGNED'],
  ])('without a signature, with the response code %d, is %s', (rcode, status, code) => {
    const { take } = exchanged()
    expect(() => take(repliedWith(rcode))).toThrow(expect.objectContaining({ status, code }))
  })

  it('has to come before the end', () => {
    const { request } = exchanged()
    expect(() => request.end()).toThrow(expect.objectContaining({ status: 'failed', code: 'EUNSIGNED' }))
  })

  it('may have its signature in no other section', () => {
    const { signer, take } = exchanged()
    const signed = signer.sign(repliedWith())
    // The one record there is counts as an answer.
    signed.writeUInt16BE(1, 6)
    signed.writeUInt16BE(0, 10)
    expect(() => take(signed)).toThrow(expect.objectContaining({ status: 'malformed', code: 'FORMERR' }))
  })
})
