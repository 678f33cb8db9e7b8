import { MessageWriter, ResponseCode } from '@pstorage/dns-message'
import { type Answer, emptyAnswer } from '../zone/answer.js'
import type { Query } from './query.js'

/** The UDP payload size that every client accepts (RFC 1035 section 4.2.1). */
const minPayloadSize = 512
/** The maximum size of a message over TCP, whose length field has two bytes (RFC 1035 section 4.2.2). */
export const maxMessageSize = 65_535

/** Limits of a response besides the payload size of the client. */
export interface ResponseLimits {
  /** The maximum UDP payload, sent and announced, in bytes. */
  readonly udpPayloadSize: number
  /** Bytes reserved for a signature. */
  readonly signatureLength: number
}

/**
 * Writes a response for UDP, limited to the payload size of the client and to `udpPayloadSize`.
 *
 * If the answer and authority sections do not fit, both are omitted and TC is set, so that no client mistakes a part for the
 * whole.
 */
export function datagramResponse(query: Query, answer: Answer, limits: ResponseLimits): Buffer {
  const payloadSize = query.edns?.udpPayloadSize ?? minPayloadSize
  return writeResponse(query, answer, Math.min(Math.max(payloadSize, minPayloadSize), limits.udpPayloadSize), limits)
    .bytes
}

/** Writes a response for TCP. One that exceeds the maximum size becomes SERVFAIL, because TC has no meaning over TCP. */
export function streamResponse(query: Query, answer: Answer, limits: ResponseLimits): Buffer {
  const whole = writeResponse(query, answer, maxMessageSize, limits)
  if (!whole.truncated) return whole.bytes
  return writeResponse(query, emptyAnswer(ResponseCode.SERVFAIL), maxMessageSize, limits).bytes
}

function writeResponse(query: Query, answer: Answer, limit: number, limits: ResponseLimits): Written {
  const { id, opcode, recursionDesired, question, edns } = query
  const { udpPayloadSize, signatureLength } = limits
  const writer = new MessageWriter({
    limit: limit - signatureLength,
    // An OPT record is in every response to a query that had one, also in a truncated one (RFC 6891 section 7).
    edns: edns && { udpPayloadSize, dnssecOk: edns.dnssecOk },
  })
  if (question !== undefined) writer.addQuestion(question.name, question.type, question.class)
  const truncated = !writeSections(writer, answer)
  const { authoritative, rcode } = answer
  const header = { id, response: true, opcode, authoritative, truncated, recursionDesired, rcode }
  return { bytes: writer.finish(header), truncated }
}

interface Written {
  readonly bytes: Buffer
  readonly truncated: boolean
}

/** Writes the records of an answer. Returns false when records are missing that the client needs. */
function writeSections(writer: MessageWriter, { answers, authorities, glue, additionals }: Answer): boolean {
  const isWhole =
    answers.every(({ owner, set }) => writer.addRRset('answers', owner, set)) &&
    authorities.every(({ owner, set }) => writer.addRRset('authorities', owner, set))
  if (!isWhole) {
    writer.removeRecords()
    return false
  }
  const missing = glue.filter(({ owner, set }) => !writer.addRRset('additionals', owner, set))
  for (const { owner, set } of additionals) writer.addRRset('additionals', owner, set)
  // Only missing glue justifies a retry over TCP (RFC 2181 section 9, RFC 9471 section 3.1).
  return missing.length === 0
}
