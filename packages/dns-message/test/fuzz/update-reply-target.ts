import { type FuzzTarget, MessageSource, mutateBytes } from '@pstorage/fuzz'
import {
  MessageError,
  nameFromText,
  readMessage,
  readUpdateReply,
  responseCode,
  UpdateReplyError,
  writeUpdate,
} from '../../src/index.js'
import { SignedRequest, TsigError, TsigKey } from '../../src/tsig/index.js'
import { ReplySigner, testKey } from '../tsig/reply-signer.js'
import { dotted, message, question, record } from '../wire.js'

const update = { id: 0, zone: nameFromText('x.test'), changes: [] }
const key = new TsigKey(testKey)
const now = (): number => 1_700_000_000_000
const request = (): SignedRequest => new SignedRequest(key, writeUpdate(update), now)

/** QR and the opcode of updates, which replies to them have, and their codes. */
const flags = 0xa800
const zone = question(dotted('x.test'), 6)
const plain: readonly Buffer[] = [
  ...[0, 1, 2, 5, 7, 8, 9].map((rcode) => message({ id: 0, flags: flags | rcode, questions: [zone] })),
  message({ id: 0, flags }),
  message({ id: 0, flags, additionals: [record([0], 41, [], { class: 1232, ttl: 0x0100_0000 })] }),
].map((bytes) => Buffer.from(bytes))
const signed = plain.map((bytes) => new ReplySigner(Buffer.from(request().bytes)).sign(bytes))
/** Names of keys and algorithms, which have no letter case, are all that may differ. */
const authentic = new Set(signed.map((bytes) => bytes.toString('latin1').toLowerCase()))
const [first = Buffer.alloc(0), ...others] = [...plain, ...signed]

/**
 * A reply to an update, of any octets: it is a typed error, or has the id, the opcode and the zone of the update. With a
 * signature it is moreover one of the messages that the holder of the key has signed.
 */
export const target: FuzzTarget = {
  name: 'update-reply',
  // The bar for any message of 64 KiB.
  time: 20,
  inputs(random, messages) {
    const source = new MessageSource(random, messages)
    return () => {
      if (random.oneIn(4)) return asReply(source.next())
      const bytes = random.pick([first, ...others])
      return random.oneIn(4) ? bytes : mutateBytes(bytes, random, 65_535)
    }
  },
  check(bytes) {
    const believed = readOrRefuse(bytes, request())
    if (believed !== undefined && !authentic.has(Buffer.from(bytes).toString('latin1').toLowerCase())) {
      throw new Error('a reply was believed that the holder of the key has not signed')
    }
    const read = readOrRefuse(bytes)
    if (read === undefined) return false
    const whole = readMessage(bytes)
    const { header, questions } = whole
    const isReply = header.id === 0 && header.response && header.opcode === 5 && questions.length <= 1
    if (!isReply || read !== responseCode(whole)) throw new Error('a message was taken for the reply to an update')
    return true
  },
  timed: (bytes) => readOrRefuse(bytes),
}

/** A message of any kind with the id and the flags of a reply. */
function asReply(bytes: Uint8Array): Uint8Array {
  const reply = Buffer.from(bytes)
  if (reply.length >= 12) reply.writeUInt32BE(flags, 0)
  return reply
}

/** The code of a reply; `undefined` after an error that is one of ours. */
function readOrRefuse(bytes: Uint8Array, signature?: SignedRequest): number | undefined {
  try {
    return readUpdateReply(update, bytes, signature).rcode
  } catch (error) {
    if (error instanceof MessageError) return undefined
    if (!(error instanceof UpdateReplyError || error instanceof TsigError)) throw error
    const { code, message } = error
    if (!/^[A-Z_0-9]+$/.test(code) || !/^[ -~]{1,300}$/.test(message)) {
      throw new Error(`an unsound error: ${code} ${message}`)
    }
    return undefined
  }
}
