import { describe, expect, it } from 'vitest'
import { nameFromText, RecordType, readMessage, writeQuery } from '../../src/index.js'
import { SignedRequest, TsigKey } from '../../src/tsig/index.js'
import { ReplySigner, testKey } from './reply-signer.js'

const now = 1_700_000_000_000
const query = writeQuery({ id: 7, name: nameFromText('pstorage.test'), type: RecordType.AXFR })

/** A message of the response; `flags` tells one from another. */
function reply(flags = 0): Buffer {
  const bytes = Buffer.from(query)
  bytes.writeUInt16BE(0x8000 | flags, 2)
  return bytes
}

const flipped = (mac: Buffer): Buffer => Buffer.from(mac.map((octet, index) => (index === 31 ? octet ^ 1 : octet)))
const none = (): Buffer => Buffer.alloc(0)
const pass = (signer: ReplySigner, count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => signer.pass(reply(index)))
const signed = (signer: ReplySigner, count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => signer.sign(reply(index)))
const pick = (messages: readonly Buffer[], ...order: readonly number[]): Buffer[] =>
  order.flatMap((index) => messages[index] ?? [])

type Row = readonly [what: string, messages: (signer: ReplySigner) => readonly Buffer[], code?: string]

const rows: readonly Row[] = [
  ['one signed message', (signer) => signed(signer, 1)],
  ['three signed messages', (signer) => signed(signer, 3)],
  ['an unsigned message in between', (signer) => [signer.sign(reply()), ...pass(signer, 1), signer.sign(reply())]],
  ['99 unsigned messages in a row', (signer) => [signer.sign(reply()), ...pass(signer, 99), signer.sign(reply())]],
  [
    '100 unsigned messages in a row',
    (signer) => [signer.sign(reply()), ...pass(signer, 100), signer.sign(reply())],
    'EUNSIGNED',
  ],
  [
    '2 times 99 unsigned messages',
    (signer) => {
      const [one, two, three] = [reply(1), reply(2), reply(3)]
      const parts = [[signer.sign(one)], pass(signer, 99), [signer.sign(two)], pass(signer, 99), [signer.sign(three)]]
      return parts.flat()
    },
  ],
  ['no signature', () => [reply(), reply()], 'EUNSIGNED'],
  ['a first message without a signature', (signer) => [...pass(signer, 1), signer.sign(reply())], 'EUNSIGNED'],
  ['a last message without a signature', (signer) => [signer.sign(reply()), reply()], 'EUNSIGNED'],
  ['two signatures in a message', (signer) => [signer.sign(signer.sign(reply()))], 'FORMERR'],
  ['a MAC altered in message 1', (signer) => [signer.sign(reply(), { alterMac: flipped })], 'BADSIG'],
  [
    'a MAC altered in message 2',
    (signer) => [...signed(signer, 1), signer.sign(reply(), { alterMac: flipped })],
    'BADSIG',
  ],
  ['messages 2 and 3 exchanged', (signer) => pick(signed(signer, 4), 0, 2, 1, 3), 'BADSIG'],
  ['message 2 dropped', (signer) => pick(signed(signer, 3), 0, 2), 'BADSIG'],
  ['message 2 repeated', (signer) => pick(signed(signer, 3), 0, 1, 1, 2), 'BADSIG'],
  ['message 1 repeated', (signer) => pick(signed(signer, 2), 0, 0, 1), 'BADSIG'],
  [
    'an unsigned message altered',
    (signer) => [...signed(signer, 1), ...pass(signer, 1).map(() => reply(9)), signer.sign(reply())],
    'BADSIG',
  ],
  ['an unsigned message inserted', (signer) => [...signed(signer, 1), reply(9), signer.sign(reply())], 'BADSIG'],
  ['a shortened MAC', (signer) => [signer.sign(reply(), { alterMac: (mac) => mac.subarray(0, 31) })], 'BADTRUNC'],
  ['an empty MAC without an error', (signer) => [signer.sign(reply(), { alterMac: none })], 'EUNSIGNED'],
  [
    'a MAC that is too long',
    (signer) => [signer.sign(reply(), { alterMac: (mac) => Buffer.concat([mac, mac]) })],
    'BADSIG',
  ],
  ['the name of the key in capitals', (signer) => [signer.sign(reply(), { keyName: 'TRANSFER.KEY' })]],
  ['another key', (signer) => [signer.sign(reply(), { keyName: 'other.key' })], 'BADKEY'],
  ['another algorithm', (signer) => [signer.sign(reply(), { algorithm: 'hmac-sha1' })], 'BADKEY'],
  [
    'BADTIME with a wrong MAC',
    (signer) => [signer.sign(reply(9), { error: 18, other: Buffer.alloc(6), alterMac: flipped })],
    'BADSIG',
  ],
  [
    'a time in an hour, in a later message',
    (signer) => [...signed(signer, 1), signer.sign(reply(), { time: signer.requestTime + 3_600 })],
    'BADTIME',
  ],
  [
    'another fudge, in a later message',
    (signer) => [...signed(signer, 1), signer.sign(reply(), { time: signer.requestTime + 3_600, fudge: 3_600 })],
  ],
]

describe('a response', () => {
  it.each(rows.map(([what, messages, code]) => ({ what, messages, code })))('$what', ({ messages, code }) => {
    const request = new SignedRequest(new TsigKey(testKey), query, () => now)
    const check = (): void => {
      for (const bytes of messages(new ReplySigner(request.bytes))) request.verify(bytes, readMessage(bytes))
      request.end()
    }
    if (code === undefined) expect(check).not.toThrow()
    else expect(check).toThrow(expect.objectContaining({ name: 'TsigError', code }))
  })

  it.each([
    [16, 'BADSIG', 'has another secret for the key transfer.key with hmac-sha256'],
    [17, 'BADKEY', 'does not know the key transfer.key with hmac-sha256'],
  ])('that reports the error %d without a MAC is refused, with a hint', (error, code, says) => {
    const request = new SignedRequest(new TsigKey(testKey), query, () => now)
    const bytes = new ReplySigner(request.bytes).sign(reply(9), { error, alterMac: none })
    const message = expect.stringMatching(new RegExp(`^${says}.* only a hint$`))
    expect(() => request.verify(bytes, readMessage(bytes))).toThrow(
      expect.objectContaining({ status: 'refused', code, message }),
    )
  })

  it('may have another id than it was signed under', () => {
    const request = new SignedRequest(new TsigKey(testKey), query, () => now)
    const bytes = new ReplySigner(request.bytes).sign(reply())
    bytes.writeUInt16BE(8, 0)
    expect(() => request.verify(bytes, readMessage(bytes))).not.toThrow()
  })
})
