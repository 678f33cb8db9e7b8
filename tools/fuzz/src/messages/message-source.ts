import { FuzzRandom } from '../fuzz-random.js'
import type { FuzzMessages } from '../fuzz-target.js'
import { MessageBuilder } from './message-builder.js'
import { mapMessage } from './message-map.js'
import { type MutableMessage, mutateMessage } from './mutate-message.js'

/** Messages that are made once and mutated many times: making one takes longer than mutating it. */
const STOCK = 2_048

/** Gives mutated messages, and now and then one that is in order. */
export class MessageSource {
  readonly #random: FuzzRandom
  readonly #builder: MessageBuilder
  readonly #stock: readonly MutableMessage[]
  readonly #given: readonly MutableMessage[]

  /** @param own what matters to the target, instead of messages of any kind */
  constructor(random: FuzzRandom, messages: FuzzMessages, own?: FuzzMessages) {
    this.#random = random
    this.#builder = new MessageBuilder(random)
    this.#given = messages.map(mutable)
    this.#stock = (own ?? madeMessages()).map(mutable)
  }

  /** The next message: of 65,535 octets at most, and a large one only once in a while, since those take long. */
  next(): Uint8Array {
    const random = this.#random
    const base = this.#base()
    return random.oneIn(16) ? base.bytes : this.#mutated(base)
  }

  /** A mutation of one message. */
  mutated(bytes: Uint8Array): Uint8Array {
    return this.#mutated(mutable(bytes))
  }

  #mutated(base: MutableMessage): Uint8Array {
    const random = this.#random
    const mutated = mutateMessage(base, random.oneIn(4) ? this.#base() : base, random)
    return random.oneIn(8) ? mutateMessage(mutable(mutated), base, random) : mutated
  }

  #base(): MutableMessage {
    const random = this.#random
    const kind = random.below(16)
    if (kind === 0) return mutable(this.#builder.message(random.oneIn(256) ? 2_000 : 4))
    const given = kind < 5 ? this.#given[random.below(this.#given.length)] : undefined
    return given ?? this.#stock[random.below(this.#stock.length)] ?? this.#base()
  }
}

/** The same for every run, whatever its number. */
function madeMessages(): FuzzMessages {
  const random = new FuzzRandom()
  random.restart(0)
  const builder = new MessageBuilder(random)
  return Array.from({ length: STOCK }, () => builder.message(4))
}

function mutable(bytes: Uint8Array): MutableMessage {
  return { bytes, map: mapMessage(bytes) }
}
