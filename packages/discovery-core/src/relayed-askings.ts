import type { AskingEvent, AttemptEvent, DiscoverEvent, ResolveEvent } from './events.js'

/** What a resolver inside another one has asked and not ended yet, so that nothing asked is left without an answer. */
export class RelayedAskings {
  readonly #open: AskingEvent[] = []

  hear(event: DiscoverEvent | ResolveEvent): void {
    if (event.type === 'asking') this.#open.push(event)
    if (event.type !== 'attempt') return
    const index = this.#open.findIndex((asking) => hasSameWords(asking, event))
    if (index >= 0) this.#open.splice(index, 1)
  }

  /** Gives the same end to all that is open; to the resolver as a whole where it has nothing open. */
  endAll(end: AttemptEvent): readonly AttemptEvent[] {
    const open = this.#open.splice(0)
    if (open.length === 0) return [end]
    return open.map(({ backend, method, target }) => ({ ...end, backend, method, target }))
  }
}

function hasSameWords(asking: AskingEvent, attempt: AttemptEvent): boolean {
  return asking.backend === attempt.backend && asking.method === attempt.method && asking.target === attempt.target
}
