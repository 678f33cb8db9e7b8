import { RecordClass, ResponseCode } from '@pstorage/dns-message'
import { type Answer, bareAnswer, type OwnedSet } from './answer.js'
import { MessageWriter } from './message-writer.js'
import type { Query } from './query.js'

/** The least that every client takes over UDP (RFC 1035 section 4.2.1). */
const leastPayload = 512
/** The most that a message can have over TCP, where its length is written in two bytes (RFC 1035 section 4.2.2). */
export const longestMessage = 65_535

/** What bounds a response besides what the client takes. */
export interface ResponseLimits {
  /** The most that is sent over UDP, which is also what we say that we take, in bytes. */
  readonly udpPayloadSize: number
  /** Bytes to leave free for a signature. */
  readonly signatureLength: number
}

/**
 * Writes a response for UDP: of at most what the client takes, and no more than `udpPayloadSize` bytes.
 *
 * Where the answer and authority sections do not fit whole, both are left out and TC is set, so that no client takes a
 * part for the whole.
 */
export function datagramResponse(query: Query, answer: Answer, limits: ResponseLimits): Buffer {
  const asked = query.edns?.udpPayloadSize ?? leastPayload
  return writeResponse(query, answer, Math.min(Math.max(asked, leastPayload), limits.udpPayloadSize), limits).bytes
}

/** Writes a response for TCP. One that no message can hold becomes SERVFAIL: TC means nothing there. */
export function streamResponse(query: Query, answer: Answer, limits: ResponseLimits): Buffer {
  const whole = writeResponse(query, answer, longestMessage, limits)
  if (!whole.truncated) return whole.bytes
  return writeResponse(query, bareAnswer(ResponseCode.SERVFAIL), longestMessage, limits).bytes
}

function writeResponse(query: Query, answer: Answer, limit: number, limits: ResponseLimits): Written {
  const { question, edns } = query
  const { udpPayloadSize, signatureLength } = limits
  const writer = new MessageWriter(limit - signatureLength, edns !== undefined)
  if (question !== undefined) writer.question(question.name, question.type, question.class)
  const sections = writeSections(writer, answer)
  // An OPT record is in every response to a query that had one, also in one that is cut (RFC 6891 section 7).
  if (edns !== undefined) writer.options(udpPayloadSize, answer.rcode >>> 4, edns.dnssecOk)
  const bytes = writer.finish({
    id: query.id,
    opcode: query.opcode,
    authoritative: answer.authoritative,
    truncated: sections.truncated,
    recursionDesired: query.recursionDesired,
    rcode: answer.rcode,
    counts: [
      question === undefined ? 0 : 1,
      sections.answers,
      sections.authorities,
      sections.additionals + (edns === undefined ? 0 : 1),
    ],
  })
  return { bytes, truncated: sections.truncated }
}

interface Written {
  readonly bytes: Buffer
  readonly truncated: boolean
}

interface Sections {
  readonly answers: number
  readonly authorities: number
  readonly additionals: number
  readonly truncated: boolean
}

function writeSections(writer: MessageWriter, answer: Answer): Sections {
  const start = writer.length
  const answers = writeAll(writer, answer.answers)
  const authorities = answers === undefined ? undefined : writeAll(writer, answer.authorities)
  if (answers === undefined || authorities === undefined) {
    writer.rewind(start)
    return { answers: 0, authorities: 0, additionals: 0, truncated: true }
  }
  const glue = writeFitting(writer, answer.glue)
  const additionals = writeFitting(writer, answer.additionals)
  // Only glue is worth another question over TCP (RFC 2181 section 9, RFC 9471 section 3.1).
  return { answers, authorities, additionals: glue.count + additionals.count, truncated: !glue.complete }
}

function writeFitting(writer: MessageWriter, sets: readonly OwnedSet[]): { count: number; complete: boolean } {
  const written = sets.map((owned) => writeSet(writer, owned))
  return {
    count: written.reduce<number>((sum, count = 0) => sum + count, 0),
    complete: !written.includes(undefined),
  }
}

function writeAll(writer: MessageWriter, sets: readonly OwnedSet[]): number | undefined {
  let count = 0
  for (const owned of sets) {
    const written = writeSet(writer, owned)
    if (written === undefined) return undefined
    count += written
  }
  return count
}

// A set is written whole or not at all (RFC 2181 section 5).
function writeSet(writer: MessageWriter, { owner, set }: OwnedSet): number | undefined {
  const start = writer.length
  for (const data of set.data) {
    if (writer.record(owner, set.type, RecordClass.IN, set.ttl, data)) continue
    writer.rewind(start)
    return undefined
  }
  return set.data.length
}
