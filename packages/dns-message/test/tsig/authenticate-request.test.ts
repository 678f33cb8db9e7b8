import { describe, expect, it } from 'vitest'
import { nameFromText, Opcode, RecordType, ResponseCode, readMessage, writeQuery } from '../../src/index.js'
import { type Authentication, authenticateRequest, SignedRequest, TsigKey } from '../../src/tsig/index.js'
import { readTsig } from '../../src/tsig/tsig-record.js'
import { testKey } from './reply-signer.js'

const seconds = 1_700_000_000
const now = () => seconds * 1_000
const key = new TsigKey(testKey)
const keys = new Map([[key.name, key]])
const query = writeQuery({ id: 7, name: nameFromText('pstorage.test'), type: RecordType.SOA })

function withOpcode(opcode: number): Buffer {
  const bytes = Buffer.from(query)
  bytes.writeUInt8(opcode << 3, 2)
  return bytes
}

const reply = (rcode: number = ResponseCode.NOERROR): Buffer => {
  const bytes = Buffer.from(query)
  bytes.writeUInt16BE(0x8000 | rcode, 2)
  return bytes
}

const authenticate = (bytes: Uint8Array): Authentication =>
  authenticateRequest(bytes, readMessage(bytes), { keys, now })

describe('a request', () => {
  it.each(['QUERY', 'NOTIFY', 'UPDATE'] as const)('of %s and its response are signed with one key', (opcode) => {
    const request = new SignedRequest(key, withOpcode(Opcode[opcode]), now)
    const authentication = authenticate(request.bytes)
    expect(authentication).toMatchObject({ refusal: undefined, key })
    for (const rcode of [ResponseCode.NOERROR, ResponseCode.YXDOMAIN, ResponseCode.REFUSED]) {
      const answer = authentication.sign(reply(rcode))
      expect(answer.length).toBe(query.length + authentication.signatureLength)
      expect(() => request.verify(answer, readMessage(answer))).not.toThrow()
    }
    expect(() => request.end()).not.toThrow()
  })

  it('signs each message with the time at which it is sent', () => {
    let time = now()
    const request = new SignedRequest(key, query, () => time)
    const bytes = request.bytes
    const authentication = authenticateRequest(bytes, readMessage(bytes), { keys, now: () => time })
    for (let count = 0; count < 3; count += 1) {
      time += 301_000
      const answer = authentication.sign(reply())
      expect(() => request.verify(answer, readMessage(answer))).not.toThrow()
    }
  })

  it('without a signature has no key, and its response is left as it is', () => {
    const authentication = authenticate(query)
    expect(authentication).toMatchObject({ refusal: undefined, key: undefined, signatureLength: 0 })
    expect(authentication.sign(reply())).toEqual(reply())
  })

  it('that is no message has no key', () => {
    const authentication = authenticateRequest(query, undefined, { keys, now })
    expect(authentication).toMatchObject({ refusal: undefined, key: undefined, signatureLength: 0 })
  })

  it('with a signature that cannot be read is FORMERR, and its response is not signed', () => {
    const { bytes } = new SignedRequest(key, query, now)
    // The TTL of the record: its owner has 14 octets, type and class four.
    bytes.writeUInt8(1, query.length + 18)
    const authentication = authenticate(bytes)
    expect(authentication).toMatchObject({ refusal: ResponseCode.FORMERR, key: undefined, signatureLength: 0 })
    expect(authentication.sign(reply())).toEqual(reply())
  })

  const other = new TsigKey({ ...testKey, secret: 'b3RoZXI=' })
  it.each([
    ['an unknown key', new TsigKey({ ...testKey, name: 'unknown' }), 0, 'BADKEY', /^does not know the key unknown/],
    ['another algorithm', new TsigKey({ ...testKey, algorithm: 'hmac-sha512' }), 0, 'BADKEY', /with hmac-sha512/],
    ['another secret', other, 0, 'BADSIG', /^has another secret/],
    ['another secret and another time', other, 301, 'BADSIG', /^has another secret/],
    ['a time of 301 s later', key, 301, 'BADTIME', /^does not accept our time .* 301 s behind ours/],
    ['a time of 301 s earlier', key, -301, 'BADTIME', /^does not accept our time .* 301 s ahead of ours/],
  ] as const)('with %s is NOTAUTH, and the response says why', (_, used, skew, code, says) => {
    const request = new SignedRequest(used, query, () => now() + skew * 1_000)
    const authentication = authenticate(request.bytes)
    expect(authentication).toMatchObject({ refusal: ResponseCode.NOTAUTH, key: undefined })
    const answer = authentication.sign(reply(ResponseCode.NOTAUTH))
    expect(answer.length).toBe(query.length + authentication.signatureLength)
    const refused = { status: 'refused', code, message: expect.stringMatching(says) }
    expect(() => request.verify(answer, readMessage(answer))).toThrow(expect.objectContaining(refused))
  })

  it.each([-300, 300])('may be signed %d s from the time of the server', (skew) => {
    const request = new SignedRequest(key, query, () => now() + skew * 1_000)
    expect(authenticate(request.bytes)).toMatchObject({ refusal: undefined, key })
  })

  const { BADTRUNC, NOTAUTH, FORMERR } = ResponseCode
  it.each([
    ['a MAC of 31 octets', 31, NOTAUTH, { error: BADTRUNC, macLength: 32 }],
    ['half of a MAC', 16, NOTAUTH, { error: BADTRUNC, macLength: 32 }],
    ['less than half of a MAC', 15, FORMERR, undefined],
    ['no MAC', 0, FORMERR, undefined],
    ['a MAC that is too long', 33, FORMERR, undefined],
  ])('with %s is refused', (_, length, refusal, expected) => {
    const authentication = authenticate(withMac(length))
    expect(authentication).toMatchObject({ refusal, key: undefined })
    const record = readTsig(readMessage(authentication.sign(reply())))
    expect(record && { error: record.error, macLength: record.mac.length }).toEqual(expected)
  })

  it('with half of a wrong MAC is BADSIG', () => {
    const bytes = withMac(16)
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 7) ^ 1, bytes.length - 7)
    const record = readTsig(readMessage(authenticate(bytes).sign(reply())))
    expect(record).toMatchObject({ error: 16, mac: Buffer.alloc(0) })
  })
})

/** A signed query whose MAC is cut to a length, or made longer by zeros. */
function withMac(length: number): Buffer {
  const { bytes } = new SignedRequest(key, query, now)
  const macAt = bytes.length - 6 - 32
  const mac = Buffer.concat([bytes.subarray(macAt, macAt + 32), Buffer.alloc(32)]).subarray(0, length)
  const changed = Buffer.concat([bytes.subarray(0, macAt), mac, bytes.subarray(-6)])
  changed.writeUInt16BE(length, macAt - 2)
  // RDLENGTH, before 13 octets of algorithm, 8 of timers and 2 of length.
  changed.writeUInt16BE(29 + length, macAt - 25)
  return changed
}
