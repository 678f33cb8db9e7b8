import {
  MessageWriter,
  type Name,
  type Question,
  RecordClass,
  type RecordSection,
  RecordType,
  wireName,
} from '@pstorage/dns-message'
import type { MulticastQuestion } from './multicast-question.js'
import { multicastClass, type RRset } from './rrset.js'
import { instanceName, SERVICE_TYPE } from './service-type.js'

/** An instance that is known already, so that no host needs to send it again. */
export interface KnownInstance {
  /** As on the wire, an octet a character. */
  readonly label: string
  /** Seconds left of the TTL of its PTR record. */
  readonly ttl: number
  /** The name that lists it; default: the service type. */
  readonly list?: Name | undefined
}

/**
 * Writes questions to the group, in as many messages as they take, with the known answers.
 *
 * All are questions for multicast answers (QM): a unicast answer reaches only one of the sockets that share the port.
 * The known answers follow the last question; every message but the last has TC set.
 *
 * @see RFC 6762 sections 5.3, 7.1, 7.2 and 18
 */
export function writeMulticastQueries(
  questions: readonly MulticastQuestion[],
  known: readonly KnownInstance[] = [],
): readonly Uint8Array[] {
  const done: Uint8Array[] = []
  let message = newMessage(QUERY_SIZE)
  for (const { name, type } of questions) {
    if (message.addQuestion(wireName(name), type, RecordClass.IN)) continue
    done.push(message.finish(QUERY))
    message = newMessage(QUERY_SIZE)
    message.addQuestion(wireName(name), type, RecordClass.IN)
  }
  for (const instance of known) {
    if (addKnownAnswer(message, instance)) continue
    done.push(message.finish({ ...QUERY, truncated: true }))
    message = newMessage(QUERY_SIZE)
    addKnownAnswer(message, instance)
  }
  done.push(message.finish(QUERY))
  return done
}

/** Octets of a query: what an Ethernet frame holds beside the headers of IPv4 or IPv6 and UDP, with some to spare. */
const QUERY_SIZE = 1_400

/** Octets of a message: what an Ethernet frame holds beside the headers of IPv6 and UDP. */
const MESSAGE_SIZE = 1_452

/** The header of a query and of a response to the group (RFC 6762 sections 18.1 to 18.4). */
const QUERY = { id: 0 }
const RESPONSE = { id: 0, response: true, authoritative: true }

function newMessage(limit = MESSAGE_SIZE): MessageWriter {
  return new MessageWriter({ limit, compression: 'multicast' })
}

function addKnownAnswer(message: MessageWriter, { label, ttl, list = SERVICE_TYPE }: KnownInstance): boolean {
  const data = [wireName(instanceName(label))]
  return message.addRRset('answers', wireName(list), { type: RecordType.PTR, ttl, data })
}

/**
 * Writes responses to the group, in as many messages as the records take.
 *
 * @see RFC 6762 sections 6 and 18
 */
export function writeResponses(answers: readonly RRset[], additionals: readonly RRset[] = []): readonly Uint8Array[] {
  const done: Uint8Array[] = []
  let message = newMessage()
  const put = (section: 'answers' | 'additionals', set: RRset): void => {
    const form = { class: multicastClass(set), ttl: set.ttl }
    if (addSet(message, section, set, form)) return
    done.push(message.finish(RESPONSE))
    message = newMessage()
    addSet(message, 'answers', set, form)
    isFresh = true
  }
  let isFresh = false
  for (const set of answers) put('answers', set)
  isFresh = false
  // An additional record in a message of its own is an answer there.
  for (const set of additionals) put(isFresh ? 'answers' : 'additionals', set)
  return message.isEmpty ? done : [...done, message.finish(RESPONSE)]
}

/** The class and the TTL that the records of an RRset have in one message. */
interface RecordForm {
  readonly class: number
  readonly ttl: number
}

function addSet(
  message: MessageWriter,
  section: RecordSection,
  { name, type, rdata }: RRset,
  form: RecordForm,
): boolean {
  return message.addRRset(section, wireName(name), { type, data: rdata, ...form })
}

/**
 * Writes goodbyes, which withdraw records.
 *
 * @see RFC 6762 section 10.1
 */
export function writeGoodbyes(sets: readonly RRset[]): readonly Uint8Array[] {
  return writeResponses(sets.map((set) => ({ ...set, ttl: 0 })))
}

/** A name to probe for, with its records. */
interface ProbedName {
  readonly name: Name
  readonly unique: readonly RRset[]
}

/**
 * Writes probes for names, with their proposed records.
 *
 * They ask for multicast answers: a unicast answer reaches only one of the programs that share the port (RFC 6762
 * section 15.1).
 *
 * @see RFC 6762 sections 8.1 and 8.2
 */
export function writeProbes(names: readonly ProbedName[]): readonly Uint8Array[] {
  if (names.length === 0) return []
  const message = newMessage()
  const sets = names.flatMap(({ unique }) => unique)
  const fits =
    names.every(({ name }) => message.addQuestion(wireName(name), RecordType.ANY, RecordClass.IN)) &&
    sets.every((set) => addSet(message, 'authorities', set, { class: RecordClass.IN, ttl: set.ttl }))
  if (fits || names.length === 1) return [message.finish(QUERY)]
  const half = names.length >> 1
  return [...writeProbes(names.slice(0, half)), ...writeProbes(names.slice(half))]
}

/** The parts of a legacy query that its answer repeats. */
export interface LegacyQuery {
  readonly id: number
  readonly questions: readonly Question[]
}

/**
 * Writes the answer for a program that does not know multicast DNS: it repeats id and questions, no TTL exceeds ten
 * seconds, and it has neither the cache-flush bit nor a compressed target.
 *
 * @see RFC 6762 sections 6.7 and 18.14
 */
export function writeLegacyResponse(
  { id, questions }: LegacyQuery,
  answers: readonly RRset[],
  additionals: readonly RRset[],
): Uint8Array {
  const message = new MessageWriter({ limit: MESSAGE_SIZE, compression: 'none' })
  const isComplete =
    questions.every(({ name, type, class: own }) => message.addQuestion(wireName(name), type, own)) &&
    answers.every((set) => addSet(message, 'answers', set, legacyForm(set)))
  if (isComplete) for (const set of additionals) addSet(message, 'additionals', set, legacyForm(set))
  return message.finish({ ...RESPONSE, id, truncated: !isComplete })
}

function legacyForm({ ttl }: RRset): RecordForm {
  return { class: RecordClass.IN, ttl: Math.min(ttl, LEGACY_TTL) }
}

const LEGACY_TTL = 10
