import type { DropReason } from './read-response.js'

/** Counts what was received on an interface and not used. Queries of others are everyday and not counted. */
export class DropCount {
  readonly #counts = new Map<DropReason, number>()

  add(reason: DropReason): void {
    if (reason !== 'query') this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1)
  }

  /** The counts in one line; `undefined` when all was used. */
  get text(): string | undefined {
    if (this.#counts.size === 0) return undefined
    const parts = [...this.#counts].map(([reason, count]) => `${count} ${reason}`)
    return `not used: ${parts.join(', ')}`
  }
}
