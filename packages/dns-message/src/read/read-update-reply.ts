import { responseCode } from '../message/edns.js'
import type { Message } from '../message/message.js'
import type { Update } from '../message/write-update.js'
import { equalNames } from '../name/name-compare.js'
import { Opcode, RecordClass, RecordType, responseCodeName } from '../registries.js'
import { readHeader, readMessage } from './message-reader.js'

/** The reply to an update. @see RFC 2136 section 2.2 */
export interface UpdateReply {
  /** A value of `ResponseCode`, with the upper bits of EDNS. */
  readonly rcode: number
  /** The mnemonic of `rcode`: `NOERROR` where the changes were made. */
  readonly code: string
}

/**
 * The reason why a message is not the reply to an update.
 *
 * - `ERR_UPDATE_REPLY_ID`: it has another id.
 * - `ERR_UPDATE_REPLY_REQUEST`: it is a request (QR is not set).
 * - `ERR_UPDATE_REPLY_OPCODE`: its opcode is not UPDATE.
 * - `ERR_UPDATE_REPLY_ZONE`: its zone section has another zone, or several.
 */
export type UpdateReplyErrorCode =
  | 'ERR_UPDATE_REPLY_ID'
  | 'ERR_UPDATE_REPLY_REQUEST'
  | 'ERR_UPDATE_REPLY_OPCODE'
  | 'ERR_UPDATE_REPLY_ZONE'

/** A message that can be read and is not the reply to an update. The message holds none of its octets, so it is safe to print. */
export class UpdateReplyError extends Error {
  override readonly name = 'UpdateReplyError'
  readonly code: UpdateReplyErrorCode

  constructor(code: UpdateReplyErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** The check of the signature of a reply; a `SignedRequest` is one. */
export interface ReplySignature {
  /** Checks a message of the reply. */
  verify(bytes: Uint8Array, message: Message): void
  /** Checks that the last message was signed. */
  end(): void
}

/**
 * Reads the reply to an update.
 *
 * An error says nothing about the fate of the update: the server may have made the changes, and its reply may be another
 * message. Only the codes of a reply that is returned do.
 *
 * @param update the update that was sent
 * @param bytes untrusted, without the two octets of length that precede them over TCP
 * @param signature the request that was signed and sent; then the reply has to be signed. Default: the update was not signed,
 *   and a signature of the reply is not checked
 * @throws {MessageError} for bytes that are not a message
 * @throws {UpdateReplyError} for a message that is not the reply to this update
 * @throws {TsigError} for a signature that is wrong or missing, and for an error that the server reports about ours
 * @throws {TypeError} when `bytes` is not a Uint8Array
 * @see RFC 2136 section 3.8, RFC 8945 section 5.3
 */
export function readUpdateReply(
  update: Pick<Update, 'id' | 'zone' | 'class'>,
  bytes: Uint8Array,
  signature?: ReplySignature,
): UpdateReply {
  const { id, response, opcode } = readHeader(bytes)
  if (id !== update.id) throw new UpdateReplyError('ERR_UPDATE_REPLY_ID', 'the message has another id than the update')
  if (!response) throw new UpdateReplyError('ERR_UPDATE_REPLY_REQUEST', 'the message is a request, not a reply')
  if (opcode !== Opcode.UPDATE) {
    throw new UpdateReplyError('ERR_UPDATE_REPLY_OPCODE', `the message has the opcode ${opcode}, not that of an update`)
  }
  const message = readMessage(bytes)
  signature?.verify(bytes, message)
  signature?.end()
  if (!repeatsZone(message, update)) {
    throw new UpdateReplyError('ERR_UPDATE_REPLY_ZONE', 'the message has another zone than the update')
  }
  const rcode = responseCode(message)
  return { rcode, code: responseCodeName(rcode) }
}

/** A server may leave out the zone section. */
function repeatsZone({ questions }: Message, update: Pick<Update, 'zone' | 'class'>): boolean {
  const [zone, ...others] = questions
  if (zone === undefined) return true
  const { zone: name, class: zoneClass = RecordClass.IN } = update
  const isSame = equalNames(zone.name, name) && zone.type === RecordType.SOA && zone.class === zoneClass
  return isSame && others.length === 0
}
