import { describe, expect, it } from 'vitest'
import { nameFromText, readUpdateReply, UpdateReplyError, writeUpdate } from '../src/index.js'
import { SignedRequest, TsigKey } from '../src/tsig/index.js'
import { messageErrorOf } from './caught.js'
import { ReplySigner, testKey } from './tsig/reply-signer.js'
import { dotted, message, question, record } from './wire.js'

const update = { id: 0xabcd, zone: nameFromText('x.test'), changes: [] }
const zoneSection = question(dotted('X.test'), 6)
/** QR and the opcode of updates. */
const flags = 0xa800

describe('readUpdateReply', () => {
  const codes = 'NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED YXDOMAIN YXRRSET NXRRSET NOTAUTH NOTZONE'.split(' ')
  it.each(codes.map((code, rcode) => ({ code, rcode })))('returns $code by its name', ({ code, rcode }) => {
    const bytes = message({ id: 0xabcd, flags: flags | rcode, questions: [zoneSection] })
    expect(readUpdateReply(update, bytes)).toEqual({ rcode, code })
  })

  it.each([
    { id: 'without a zone section', parts: {}, reply: { rcode: 0, code: 'NOERROR' } },
    {
      id: 'with the sections of the update',
      parts: { questions: [zoneSection], authorities: [record(dotted('a.x.test'), 255, [], { class: 255, ttl: 0 })] },
      reply: { rcode: 0, code: 'NOERROR' },
    },
    {
      id: 'with the upper bits of the code in EDNS',
      parts: { additionals: [record([0], 41, [], { class: 1232, ttl: 0x0100_0000 })] },
      reply: { rcode: 16, code: 'BADVERS' },
    },
    { id: 'with a code without a name', parts: { flags: flags | 15 }, reply: { rcode: 15, code: 'RCODE15' } },
  ])('reads a reply $id', ({ parts, reply }) => {
    expect(readUpdateReply(update, message({ id: 0xabcd, flags, ...parts }))).toEqual(reply)
  })

  it.each([
    { id: 'another id', parts: { id: 0xabce }, code: 'ERR_UPDATE_REPLY_ID' },
    { id: 'a request', parts: { flags: 0x2800 }, code: 'ERR_UPDATE_REPLY_REQUEST' },
    { id: 'a reply to a query', parts: { flags: 0x8000 }, code: 'ERR_UPDATE_REPLY_OPCODE' },
    { id: 'a reply to NOTIFY', parts: { flags: 0xa000 }, code: 'ERR_UPDATE_REPLY_OPCODE' },
    { id: 'another zone', parts: { questions: [question(dotted('y.test'), 6)] }, code: 'ERR_UPDATE_REPLY_ZONE' },
    { id: 'another type', parts: { questions: [question(dotted('x.test'), 1)] }, code: 'ERR_UPDATE_REPLY_ZONE' },
    { id: 'another class', parts: { questions: [question(dotted('x.test'), 6, 3)] }, code: 'ERR_UPDATE_REPLY_ZONE' },
    { id: 'two zones', parts: { questions: [zoneSection, zoneSection] }, code: 'ERR_UPDATE_REPLY_ZONE' },
  ])('refuses $id with $code', ({ parts, code }) => {
    const bytes = message({ id: 0xabcd, flags, ...parts })
    expect(() => readUpdateReply(update, bytes)).toThrow(expect.objectContaining({ code }))
    expect(() => readUpdateReply(update, bytes)).toThrow(UpdateReplyError)
  })

  it('compares the class of the zone with that of the update', () => {
    const bytes = message({ id: 0xabcd, flags, questions: [question(dotted('x.test'), 6, 3)] })
    expect(readUpdateReply({ ...update, class: 3 }, bytes).code).toBe('NOERROR')
  })

  it('refuses what is no message', () => {
    expect(messageErrorOf(() => readUpdateReply(update, new Uint8Array(11))).code).toBe('ERR_MESSAGE_TRUNCATED')
    const tail = message({ id: 0xabcd, flags, tail: [0] })
    expect(messageErrorOf(() => readUpdateReply(update, tail)).code).toBe('ERR_MESSAGE_TRAILING')
    expect(() => readUpdateReply(update, 'reply' as never)).toThrow(TypeError)
  })
})

describe('the signature of a reply', () => {
  const now = 1_700_000_000_000
  /** A signed update, and the signer of its reply. */
  function sent() {
    const request = new SignedRequest(new TsigKey(testKey), writeUpdate(update), () => now)
    return { request, signer: new ReplySigner(Buffer.from(request.bytes)) }
  }
  const reply = (rcode = 0): Buffer => {
    return Buffer.from(message({ id: 0xabcd, flags: flags | rcode, questions: [zoneSection] }))
  }

  it.each([
    { rcode: 0, code: 'NOERROR' },
    { rcode: 8, code: 'NXRRSET' },
    { rcode: 5, code: 'REFUSED' },
  ])('proves $code', ({ rcode, code }) => {
    const { request, signer } = sent()
    expect(readUpdateReply(update, signer.sign(reply(rcode)), request)).toEqual({ rcode, code })
  })

  it.each([
    { id: 'no signature', sign: () => reply(), status: 'failed', code: 'EUNSIGNED' },
    { id: 'no signature, and a refusal', sign: () => reply(5), status: 'refused', code: 'REFUSED' },
    { id: 'no signature, and NXRRSET', sign: () => reply(8), status: 'failed', code: 'NXRRSET' },
    {
      id: 'another MAC',
      sign: (signer: ReplySigner) =>
        signer.sign(reply(), { alterMac: (mac) => Buffer.from(mac.map((octet) => ~octet)) }),
      status: 'failed',
      code: 'BADSIG',
    },
    {
      id: 'an unknown key',
      sign: (signer: ReplySigner) => signer.sign(reply(9), { error: 17, alterMac: () => Buffer.alloc(0) }),
      status: 'refused',
      code: 'BADKEY',
    },
    {
      id: 'another time',
      sign: (signer: ReplySigner) => signer.sign(reply(9), { error: 18 }),
      status: 'refused',
      code: 'BADTIME',
    },
  ])('is checked: $id', ({ sign, status, code }) => {
    const { request, signer } = sent()
    const bytes = sign(signer)
    expect(() => readUpdateReply(update, bytes, request)).toThrow(expect.objectContaining({ status, code }))
  })

  it('is not spent on a message that is not the reply', () => {
    const { request, signer } = sent()
    const [forged, right] = [message({ id: 0xabcc, flags }), signer.sign(reply())]
    expect(() => readUpdateReply(update, forged, request)).toThrow(UpdateReplyError)
    expect(readUpdateReply(update, right, request).code).toBe('NOERROR')
  })
})
