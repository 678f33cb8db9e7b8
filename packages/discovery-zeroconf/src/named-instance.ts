import { type MulticastQuestion, serviceQuestion, textQuestion } from './multicast-question.js'
import { instanceKey } from './record-key.js'
import type { Instance, ServiceDirectory } from './service-directory.js'

/**
 * An instance that is asked for by its name, beside the lists of instances.
 *
 * A list has many authors, who wait 20 to 120 ms before they answer. What an instance is and where it listens has one, who
 * answers at once, unless the same message asks for a list too: these questions have to go in a message of their own.
 *
 * @see RFC 6762 section 6
 */
export class NamedInstance {
  /** The same for every spelling of its label. */
  readonly key: string
  readonly #label: string
  readonly #directory: ServiceDirectory
  #askedAt = Number.POSITIVE_INFINITY

  constructor(label: string, directory: ServiceDirectory) {
    this.key = instanceKey(label)
    this.#label = label
    this.#directory = directory
  }

  /** What asks for it; nothing where it is known already. What is heard from now on is the answer. */
  questions(now: number): readonly MulticastQuestion[] {
    if (this.#directory.instance(this.key, now) !== undefined) return []
    this.#askedAt = now
    return [serviceQuestion(this.#label), textQuestion(this.#label)]
  }

  /** The instance, listed or not, if it has said what it is and where it listens. */
  answered(now: number): Instance | undefined {
    return this.#directory.toldInstance(this.#label, this.#askedAt, now)
  }
}
