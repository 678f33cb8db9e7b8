import { equalNames, type Message, type Question } from '@pstorage/dns-message'
import { type AnnouncedSet, setKey } from './announced-set.js'
import type { Urgency } from './answer-schedule.js'
import type { Claim } from './claim.js'
import type { ClaimIndex } from './claim-index.js'
import { answersTo } from './find-answers.js'

/** What is known about a query and its querier. */
export interface QueryCircumstances {
  readonly index: ClaimIndex
  /** Whether a claim may be answered for. */
  readonly isSettled: (claim: Claim) => boolean
  /** The keys of sets that the querier knows. */
  readonly known: ReadonlySet<string>
  /** Whether the querier does not know multicast DNS. */
  readonly isLegacy: boolean
  /** Whether everybody was told a set so lately that one host may be told alone. */
  readonly isFresh: (set: AnnouncedSet) => boolean
}

/** What a query gets for an answer. */
export interface QueryAnswer {
  /** How long the answer has to wait. */
  readonly urgency: Urgency
  /** What everybody is told. */
  readonly multicast: readonly AnnouncedSet[]
  /** What the querier alone is told. */
  readonly unicast: readonly AnnouncedSet[]
}

/** Answers a query without what the querier knows. @see RFC 6762 sections 5.4, 6, 6.7 and 7.1 */
export function answerQuery(query: Message, circumstances: QueryCircumstances): QueryAnswer {
  const { index, isSettled, known, isLegacy, isFresh } = circumstances
  const answered = query.questions.map((question) => ({ question, sets: answersTo(question, index, isSettled) }))
  const multicast: AnnouncedSet[] = []
  const unicast: AnnouncedSet[] = []
  for (const { question, sets } of answered) {
    for (const set of sets) {
      if (known.has(setKey(set))) continue
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
  readonly sets: readonly AnnouncedSet[]
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
