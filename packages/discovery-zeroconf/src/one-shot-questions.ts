import type { Random } from '@pstorage/discovery-core'
import { equalNames, MessageError, type Question, readHeader, readQuestions } from '@pstorage/dns-message'

/**
 * The questions that were asked from a port of our own, by id. An answer repeats both.
 *
 * Only the last {@link REMEMBERED} count, for two seconds: a forger who has to guess the id has the less to aim at.
 *
 * @see RFC 6762 section 6.7
 */
export class OneShotQuestions {
  readonly #random: Random
  readonly #now: () => number
  readonly #asked = new Map<number, { readonly question: Question; readonly at: number }>()

  /** `now` gives the time in milliseconds. */
  constructor(random: Random, now: () => number) {
    this.#random = random
    this.#now = now
  }

  /** Notes a question, and draws the id that it is to be asked with: not 0, which is that of multicast DNS. */
  add(question: Question): number {
    const id = 1 + this.#random.below(0xffff)
    this.#asked.delete(id)
    this.#asked.set(id, { question, at: this.#now() })
    const [oldest] = this.#asked.keys()
    if (this.#asked.size > REMEMBERED && oldest !== undefined) this.#asked.delete(oldest)
    return id
  }

  /** Whether a datagram is an answer to one of them. */
  isAnswered(bytes: Uint8Array): boolean {
    try {
      const { id, response } = readHeader(bytes)
      const asked = this.#asked.get(id)
      if (!response || asked === undefined || this.#now() - asked.at > ANSWER_TIME) return false
      const { type, name } = asked.question
      return readQuestions(bytes).some((question) => question.type === type && equalNames(question.name, name))
    } catch (error) {
      if (error instanceof MessageError) return false
      throw error
    }
  }
}

const REMEMBERED = 256
/** Milliseconds (RFC 6762 section 6: what comes later than that was not asked for). */
const ANSWER_TIME = 2_000
