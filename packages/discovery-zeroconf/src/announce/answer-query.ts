import { equalNames, type Message, type Question, RecordClass, RecordType } from '@pstorage/dns-message'
import { CLASS_BITS, type RRset, rrsetKey } from '../records/rrset.js'
import type { Urgency } from './answer-schedule.js'
import { negativeRRset, type Registration, type RegistrationIndex } from './registration.js'

/** The sender of a query. */
export interface Querier {
  readonly address: string
  readonly port: number
  /** True for a program that does not know multicast DNS (RFC 6762 section 6.7). */
  readonly isLegacy: boolean
  /** True for an address that is not of the link and may be forged: nothing is sent there. Default: no. */
  readonly isOffLink?: boolean | undefined
}

/** The context of a query. */
interface QueryCircumstances {
  readonly index: RegistrationIndex
  /** Tells whether a registration may be answered for. */
  readonly isSettled: (registration: Registration) => boolean
  /** The keys of the RRsets that the querier knows. */
  readonly known: ReadonlySet<string>
  /** True for a querier that does not know multicast DNS (RFC 6762 section 6.7). */
  readonly isLegacy: boolean
  /** Tells whether an RRset was multicast so lately that a unicast answer is enough. */
  readonly isFresh: (set: RRset) => boolean
}

/** The answer to a query. */
interface QueryAnswer {
  /** The reason for which the answer waits. */
  readonly urgency: Urgency
  /** RRsets for the group. */
  readonly multicast: readonly RRset[]
  /** RRsets for the querier alone. */
  readonly unicast: readonly RRset[]
}

/**
 * Answers a query, without the records that the querier knows.
 *
 * @see RFC 6762 sections 5.4, 6, 6.7 and 7.1
 */
export function answerQuery(query: Message, circumstances: QueryCircumstances): QueryAnswer {
  const { index, isSettled, known, isLegacy, isFresh } = circumstances
  const answered = query.questions.map((question) => ({ question, sets: answersTo(question, index, isSettled) }))
  const multicast: RRset[] = []
  const unicast: RRset[] = []
  for (const { question, sets } of answered) {
    for (const set of sets) {
      if (known.has(rrsetKey(set))) continue
      const isAlone = isLegacy || ((question.class & UNICAST_WANTED) !== 0 && isFresh(set))
      if (isAlone) unicast.push(set)
      else multicast.push(set)
    }
  }
  return { urgency: urgencyOf(query, answered), multicast, unicast }
}

/** The top bit of the class of a question (RFC 6762 section 5.4). */
const UNICAST_WANTED = 0x8000

interface AnsweredQuestion {
  readonly question: Question
  readonly sets: readonly RRset[]
}

function urgencyOf({ header, authorities }: Message, answered: readonly AnsweredQuestion[]): Urgency {
  const isProbe = answered.some(({ question, sets }) => {
    return sets.length > 0 && authorities.some(({ name }) => equalNames(name, question.name))
  })
  if (isProbe) return 'probe'
  if (header.truncated) return 'truncated'
  const areAllOurs = answered.every(({ sets }) => sets.length > 0 && sets.every(({ unique }) => unique))
  return areAllOurs ? 'unique' : 'shared'
}

/**
 * Returns the RRsets that answer a question. A name of ours without such a record is answered by its NSEC record.
 *
 * @param isSettled tells whether a registration may be answered for
 */
function answersTo(
  { name, type, class: flagged }: Question,
  index: RegistrationIndex,
  isSettled: (registration: Registration) => boolean,
): RRset[] {
  const questionClass = flagged & CLASS_BITS
  if (questionClass !== RecordClass.IN && questionClass !== ANY) return []
  const sets = new Map<string, RRset>()
  const own = index.setsOf(name).filter(({ registration }) => isSettled(registration))
  for (const { set } of own) if (type === RecordType.ANY || type === set.type) sets.set(rrsetKey(set), set)
  if (sets.size > 0) return [...sets.values()]
  const registration = index.registrationOf(name)
  return registration !== undefined && isSettled(registration) ? [negativeRRset(registration)] : []
}

/**
 * Returns the additional records, which the querier will need next: for a pointer the instance and its host, for a
 * service its host, for an address those of the other family, or that there are none.
 *
 * @see RFC 6763 section 12, RFC 6762 section 6.1
 */
export function additionalsTo(answers: readonly RRset[], registrations: readonly Registration[]): RRset[] {
  const answered = new Set(answers.map(rrsetKey))
  const additionals = new Map<string, RRset>()
  const add = (set: RRset): void => void additionals.set(rrsetKey(set), set)
  const addHost = (registration: Registration | undefined): void => {
    for (const set of registration?.unique ?? []) add(set)
    if (registration !== undefined && registration.unique.length < ADDRESS_FAMILIES) add(negativeRRset(registration))
  }
  for (const registration of registrations) {
    const host = registrations.find(({ id }) => id === registration.dependsOn)
    const isOwn = answers.some(({ name }) => equalNames(name, registration.name))
    const isListed = registration.shared.some((set) => answered.has(rrsetKey(set)))
    if (isListed && registration.shared.length > 0) for (const set of registration.unique) add(set)
    if (registration.dependsOn !== undefined && (isListed || isOwn)) addHost(host)
    if (registration.dependsOn === undefined && isOwn) addHost(registration)
  }
  for (const key of answered) additionals.delete(key)
  return [...additionals.values()]
}

const ANY = 255
const ADDRESS_FAMILIES = 2
