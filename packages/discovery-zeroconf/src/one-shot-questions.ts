import type { Random } from '@pstorage/discovery-core'
import { equalNames, MessageError, type Question, readHeader, readQuestions } from '@pstorage/dns-message'

/**
 * The questions that were asked from a port of our own, by id. An answer repeats both.
 *
 * Only the last {@link REMEMBERED} count: a forger who has to guess the id has the less to aim at.
 *
 * @see RFC 6762 section 6.7
 */
export class OneShotQuestions {
  readonly #random: Random
  readonly #asked = new Map<number, Question>()

  constructor(random: Random) {
    this.#random = random
  }

  /** Notes a question, and draws the id that it is to be asked with: not 0, which is that of multicast DNS. */
  add(question: Question): number {
    const id = 1 + this.#random.below(0xffff)
    this.#asked.delete(id)
    this.#asked.set(id, question)
    const [oldest] = this.#asked.keys()
    if (this.#asked.size > REMEMBERED && oldest !== undefined) this.#asked.delete(oldest)
    return id
  }

  /** Whether a datagram is an answer to one of them. */
  isAnswered(bytes: Uint8Array): boolean {
    try {
      const { id, response } = readHeader(bytes)
      const asked = this.#asked.get(id)
      if (!response || asked === undefined) return false
      return readQuestions(bytes).some(({ name, type }) => type === asked.type && equalNames(name, asked.name))
    } catch (error) {
      if (error instanceof MessageError) return false
      throw error
    }
  }
}

const REMEMBERED = 256
