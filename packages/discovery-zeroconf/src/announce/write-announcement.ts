import { type Question, RecordClass, RecordType } from '@pstorage/dns-message'
import type { AnnouncedSet } from './announced-set.js'
import type { Claim } from './claim.js'
import { MessageWriter, PLAIN_CLASS } from './message-writer.js'

/** Writes responses to everybody, in as many messages as the records take. @see RFC 6762 sections 6 and 18 */
export function writeResponses(
  answers: readonly AnnouncedSet[],
  additionals: readonly AnnouncedSet[] = [],
): readonly Uint8Array[] {
  const done: Uint8Array[] = []
  let message = new MessageWriter()
  const put = (section: 'answers' | 'additionals', set: AnnouncedSet): void => {
    if (message.set(section, set)) return
    done.push(message.response())
    message = new MessageWriter()
    message.set('answers', set)
    isFresh = true
  }
  let isFresh = false
  for (const set of answers) put('answers', set)
  isFresh = false
  // What goes along in a message of its own is an answer there.
  for (const set of additionals) put(isFresh ? 'answers' : 'additionals', set)
  return message.isEmpty ? done : [...done, message.response()]
}

/** Takes records back. @see RFC 6762 section 10.1 */
export function writeGoodbyes(sets: readonly AnnouncedSet[]): readonly Uint8Array[] {
  return writeResponses(sets.map((set) => ({ ...set, ttl: 0 })))
}

/**
 * Writes questions whether anybody has these names, with the records that we would have of them.
 *
 * They ask for multicast answers: a unicast answer reaches only one of the programs that share the port (RFC 6762 section 15.1).
 *
 * @see RFC 6762 sections 8.1 and 8.2
 */
export function writeProbes(claims: readonly Claim[]): readonly Uint8Array[] {
  if (claims.length === 0) return []
  const message = new MessageWriter()
  const fits =
    claims.every(({ name }) => message.question({ name, type: RecordType.ANY, class: RecordClass.IN })) &&
    claims.every(({ unique }) => unique.every((set) => message.set('authorities', set, { class: PLAIN_CLASS })))
  if (fits || claims.length === 1) return [message.query()]
  const half = claims.length >> 1
  return [...writeProbes(claims.slice(0, half)), ...writeProbes(claims.slice(half))]
}

/** What of a query by unicast DNS comes back in its answer. */
export interface LegacyQuery {
  readonly id: number
  readonly questions: readonly Question[]
}

/**
 * Writes the answer for a program that knows nothing of multicast DNS: its id and questions come back, nothing lives longer than
 * ten seconds there, and neither the cache-flush bit nor a compressed target may stand in it.
 *
 * @see RFC 6762 sections 6.7 and 18.14
 */
export function writeLegacyResponse(
  { id, questions }: LegacyQuery,
  answers: readonly AnnouncedSet[],
  additionals: readonly AnnouncedSet[],
): Uint8Array {
  const message = new MessageWriter()
  const isComplete =
    questions.every((question) => message.question(question)) &&
    answers.every((set) => message.set('answers', set, legacyForm(set)))
  if (isComplete) for (const set of additionals) message.set('additionals', set, legacyForm(set))
  return message.response({ id, truncated: !isComplete })
}

function legacyForm({ ttl }: AnnouncedSet) {
  return { ttl: Math.min(ttl, LEGACY_TTL), class: PLAIN_CLASS, compress: false }
}

const LEGACY_TTL = 10
