import { escapeText } from '@pstorage/discovery-core'
import type { DropReason } from './read-response.js'

/** Counts what was received on an interface and not used. Queries of others are everyday and not counted. */
export class DropCount {
  readonly #counts = new Map<DropReason, number>()
  #damagedAnswer: string | undefined

  add(reason: DropReason): void {
    if (reason !== 'query') this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1)
  }

  /** Takes note of an answer about our service that cannot be read. */
  damagedAnswer(fault: string, sender: string): void {
    this.#damagedAnswer ??= `an answer from ${escapeText(sender)} cannot be read: ${escapeText(fault)}`
  }

  /** What the first answer about our service that could not be read was like. */
  get firstDamagedAnswer(): string | undefined {
    return this.#damagedAnswer
  }

  /** The counts in one line; `null` when all was used. */
  get text(): string | null {
    if (this.#counts.size === 0) return null
    const parts = [...this.#counts].map(([reason, count]) => `${count} ${reason}`)
    return `not used: ${parts.join(', ')}`
  }
}
