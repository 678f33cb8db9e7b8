import type { Withdrawal } from '@pstorage/discovery-core'

/** What was told of one cluster, or of all, by an interface that is listened to all the time. */
export class ToldBefore {
  readonly #limit: number
  readonly #told = new Map<string, Withdrawal>()

  /** `limit` is how much is remembered: what was told longest ago is forgotten. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes in all that is told now, and gives what was told before and is not any more. */
  withdrawn(now: readonly Withdrawal[]): readonly Withdrawal[] {
    const stands = new Map(now.map((one) => [keyOf(one), one]))
    for (const [key, one] of stands) {
      this.#told.delete(key)
      this.#told.set(key, one)
    }
    for (const key of this.#told.keys()) {
      if (this.#told.size <= this.#limit) break
      this.#told.delete(key)
    }
    return [...this.#told].flatMap(([key, one]) => (stands.has(key) ? [] : one))
  }
}

function keyOf({ what, origin }: Withdrawal): string {
  return JSON.stringify([what.toLowerCase(), origin])
}
