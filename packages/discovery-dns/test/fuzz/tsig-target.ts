import { MessageError, nameFromText, RecordType, readMessage, writeQuery } from '@pstorage/dns-message'
import { SignedRequest, TsigError, TsigKey } from '@pstorage/dns-message/tsig'
import type { FuzzTarget } from '@pstorage/fuzz'
import { ReplySigner, testKey } from '../../../dns-message/test/tsig/reply-signer.js'
import { parseNameServer } from '../../src/config/name-server.js'
import { signedRoundTrip } from '../../src/transfer/signing.js'
import { MessageFraming } from '../../src/transport/message-framing.js'
import { type RoundTrip, TcpError } from '../../src/transport/tcp-transport.js'
import { type StreamInput, segmentsOf, streamInputs, streamOf, transfers, zone } from './transfer-stream.js'

const now = (): number => 1_700_000_000_000
const key = new TsigKey(testKey)
// The id 0, as the transfers have it, and always the same signature.
const query = writeQuery({ id: 0, name: nameFromText(zone), type: RecordType.AXFR, recursionDesired: false })
const server = parseNameServer('192.0.2.53')
const signal = new AbortController().signal

/** All messages signed, only the ends signed, and a server that refuses. */
const signed: readonly (readonly Buffer[])[] = [
  ...transfers.map((messages) => signedBy((signer, message) => signer.sign(message), messages)),
  ...transfers.map((messages) =>
    signedBy((signer, message, isEnd) => (isEnd ? signer.sign(message) : signer.pass(message)), messages),
  ),
  ...[16, 17, 18, 22].map((error) =>
    signedBy((signer, message) => {
      return signer.sign(message, {
        error,
        other: Buffer.alloc(6),
        ...(error < 18 ? { alterMac: () => Buffer.alloc(0) } : {}),
      })
    }, transfers[4] ?? []),
  ),
]

const signedContents = signed.map((messages) => messages.map(content))

/**
 * A signed conversation of any stream: it ends with a typed error, or with messages that are, octet by octet, the ones that the
 * holder of the key has signed, in their order and from the first on.
 */
export const target: FuzzTarget = {
  name: 'tsig',
  // A stream of 64 KiB in segments of one octet each takes about 20 on an idle machine.
  time: 250,
  inputs: (random, messages) => streamInputs(random, messages, signed),
  async check(input) {
    const { chosen, ...sent } = streamOf(input)
    const heard: Buffer[] = []
    const enough = signed[chosen]?.length ?? 0
    const hear = (bytes: Buffer): 'more' | 'done' => {
      // What has another id is passed on as it is, and means nothing to whoever hears it.
      if (bytes.readUInt16BE(0) !== 0) throw new TcpError('EID', 'answered another query')
      heard.push(Buffer.from(bytes))
      return heard.length === enough ? 'done' : 'more'
    }
    try {
      await signedRoundTrip(conversing(sent), key, now)({ server, request: query, signal, onMessage: hear })
    } catch (error) {
      if (error instanceof TcpError && error.cause instanceof TsigError) return checkedError(error)
      if (error instanceof MessageError || error instanceof TcpError) return false
      throw error
    }
    // What the holder of the key has signed in answer to this query may come from any of the replies, but from one alone.
    const contents = heard.map(content)
    const isAuthentic = signedContents.some((messages) => contents.every((each, index) => each === messages[index]))
    if (!isAuthentic) throw new Error('messages were believed that nobody has signed')
    return true
  },
}

function signedBy(
  sign: (signer: ReplySigner, message: Buffer, isEnd: boolean) => Buffer,
  messages: readonly Buffer[],
): readonly Buffer[] {
  const signer = new ReplySigner(Buffer.from(new SignedRequest(key, query, now).bytes))
  return messages.map((message, index) => sign(signer, message, index === 0 || index === messages.length - 1))
}

/** The octets that a signature covers: all but the signature itself. */
function content(bytes: Buffer): string {
  const { additionals, lastRecordOffset } = readMessage(bytes)
  const isSigned = additionals.at(-1)?.type === RecordType.TSIG
  return bytes.toString('latin1', 0, isSigned ? lastRecordOffset : bytes.length)
}

function checkedError({ code, message }: TcpError): false {
  if (!/^[A-Z]+[0-9]*$/.test(code) || !/^[ -~]{1,300}$/.test(message))
    throw new Error(`an unsound error: ${code} ${message}`)
  return false
}

function conversing(input: StreamInput): RoundTrip {
  return async ({ onMessage }) => {
    const framing = new MessageFraming()
    for (const segment of segmentsOf(input)) {
      for (const message of framing.add(segment)) if (onMessage(message) === 'done') return
    }
    throw new TcpError('ECLOSED', 'closed the connection')
  }
}
