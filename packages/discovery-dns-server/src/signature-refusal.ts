import { nameFromWire, RecordClass, RecordType, ResponseCode } from '@pstorage/dns-message'
import { MessageWriter } from './message-writer.js'
import { type Octets, octetsFromBytes, uint16 } from './octets.js'
import type { Query, Signature } from './query.js'
import { longestMessage } from './response.js'
import { wireName } from './wire-name.js'

const timeAndFudge = 8

/**
 * The answer to a signed query: this server has no keys, so it knows none (RFC 8945 section 5.2.1). To answer as if the
 * signature were not there would look like a forgery to the client.
 */
export function signatureRefusal(query: Query, signature: Signature, udpPayloadSize: number): Buffer {
  const { question, edns } = query
  const writer = new MessageWriter(longestMessage, edns !== undefined)
  if (question !== undefined) writer.question(question.name, question.type, question.class)
  if (edns !== undefined) writer.options(udpPayloadSize, 0, edns.dnssecOk)
  const data = errorData(query, signature)
  // It is the last record (RFC 8945 section 5.1).
  if (data !== undefined) writer.record(signature.keyName, RecordType.TSIG, RecordClass.ANY, 0, data)
  return writer.finish({
    id: query.id,
    opcode: query.opcode,
    authoritative: false,
    truncated: false,
    recursionDesired: query.recursionDesired,
    rcode: data === undefined ? ResponseCode.FORMERR : ResponseCode.NOTAUTH,
    counts: [question === undefined ? 0 : 1, 0, 0, (edns === undefined ? 0 : 1) + (data === undefined ? 0 : 1)],
  })
}

/** Algorithm, time and fudge as they came, no MAC, BADKEY; `undefined` when the record is not of that form. */
function errorData({ id }: Query, { data }: Signature): Octets | undefined {
  try {
    const { name, next } = nameFromWire(data)
    const times = octetsFromBytes(data.subarray(next, next + timeAndFudge))
    if (times.length < timeAndFudge) return undefined
    return wireName(name) + times + uint16(0) + uint16(id) + uint16(ResponseCode.BADKEY) + uint16(0)
  } catch {
    // Not a name: the record is malformed, and the client is told so by FORMERR.
    return undefined
  }
}
