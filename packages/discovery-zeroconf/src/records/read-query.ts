import {
  equalNames,
  isSubdomainOf,
  MessageError,
  type Question,
  RecordClass,
  RecordType,
  type ResourceRecord,
  readMessage,
  readQuestions,
} from '@pstorage/dns-message'
import { type MulticastQuestion, questionKey } from './multicast-question.js'
import {
  addressesKey,
  type MulticastRecord,
  pointersKey,
  recordSetKey,
  recordValueKey,
  servicesKey,
  textsKey,
} from './multicast-record.js'
import { recordOf } from './read-response.js'
import { SERVICE_TYPE, subtypeName } from './service-type.js'

/** A question of another host about metadata servers, or for the addresses of any host; repetitions in one message count once. */
interface ObservedQuestion {
  readonly question: MulticastQuestion
  /** The key of the records that answer it. */
  readonly setKey: string
  readonly kind: MulticastRecord['kind']
  /** The keys of the records that the querier knows already, which get no answer. */
  readonly knownKeys: ReadonlySet<string>
}

/**
 * Reads a query of another host for the records that its answers should now contain.
 *
 * Left out are questions for unicast answers (QU), and queries whose known answers continue in the next message (TC). A
 * query that cannot be read contains no questions.
 *
 * @see RFC 6762 sections 5.4, 7.2 and 10.5
 */
export function readQuery(bytes: Uint8Array): readonly ObservedQuestion[] {
  if (!isQueryForAll(bytes)) return []
  try {
    // One message may ask the same a thousand times, and know a thousand answers each time.
    const observed = new Map<string, Omit<ObservedQuestion, 'knownKeys'>>()
    for (const question of readQuestions(bytes)) {
      const about = observedQuestion(question)
      if (about !== undefined) observed.set(questionKey(question), about)
    }
    // Most queries on a link concern other services, and their known answers need not be read.
    if (observed.size === 0) return []
    const known = knownKeysOf(readMessage(bytes).answers)
    return [...observed.values()].map((about) => ({ ...about, knownKeys: known.get(about.setKey) ?? NOTHING_KNOWN }))
  } catch (error) {
    if (error instanceof MessageError) return []
    throw error
  }
}

/** QR, the opcode, TC and the response code. */
const NOT_A_QUERY_FOR_ALL = 0xfa0f
const LOCAL = ['local']
const NOTHING_KNOWN: ReadonlySet<string> = new Set()

function isQueryForAll(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && ((((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)) & NOT_A_QUERY_FOR_ALL) === 0
}

function observedQuestion(question: Question): Omit<ObservedQuestion, 'knownKeys'> | undefined {
  const { name, type } = question
  if (question.class !== RecordClass.IN) return undefined
  const [label] = name
  if (type === RecordType.A || type === RecordType.AAAA) {
    if (!isSubdomainOf(name, LOCAL)) return undefined
    return { question, setKey: addressesKey(name), kind: type === RecordType.A ? 'A' : 'AAAA' }
  }
  if (type === RecordType.PTR) {
    if (equalNames(name, SERVICE_TYPE)) return { question, setKey: pointersKey(), kind: 'PTR' }
    if (label === undefined || !equalNames(name, subtypeName(label))) return undefined
    return { question, setKey: pointersKey(label), kind: 'PTR' }
  }
  const isInstance = name.length === SERVICE_TYPE.length + 1 && isSubdomainOf(name, SERVICE_TYPE)
  if (label === undefined || !isInstance) return undefined
  if (type === RecordType.SRV) return { question, setKey: servicesKey(label), kind: 'SRV' }
  return type === RecordType.TXT ? { question, setKey: textsKey(label), kind: 'TXT' } : undefined
}

/** Returns the keys of the records, by the keys of their RRsets. */
function knownKeysOf(answers: readonly ResourceRecord[]): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map<string, Set<string>>()
  for (const answer of answers) {
    const record = recordOf(answer)
    if (record === undefined) continue
    const keys = known.get(recordSetKey(record)) ?? new Set()
    known.set(recordSetKey(record), keys.add(recordValueKey(record)))
  }
  return known
}
