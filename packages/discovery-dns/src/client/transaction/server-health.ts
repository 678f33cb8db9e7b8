import type { Clock } from '@pstorage/discovery-core'
import type { NameServer } from '../../config/name-server.js'
import type { ServerFault } from '../../reply/server-fault.js'
import { FallbackMemory } from './fallback-memory.js'
import { ServerLoads } from './server-load.js'

/** Milliseconds for which a server that has not answered comes last. */
const REST = 30_000

/**
 * Servers that have not answered, so that further queries need not wait for them.
 *
 * What a server says about a question, be it REFUSED, holds for that question. That it says nothing holds for the server:
 * it then rests, which means that it comes after those that do not, and is never left out.
 */
export class ServerHealth {
  readonly loads: ServerLoads = new ServerLoads()
  readonly fallbacks: FallbackMemory
  readonly #clock: Clock
  /** End of the back-off of a server, by its text. */
  readonly #resting = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
    this.fallbacks = new FallbackMemory(clock)
  }

  /** A server has said something, or failed. */
  heard({ text }: NameServer, fault?: ServerFault): void {
    if (fault?.status === 'unreachable' || fault?.status === 'timeout') this.#rest(text)
    else this.#resting.delete(text)
  }

  /** A server was given its time and has said nothing. */
  silent({ text }: NameServer): void {
    this.#rest(text)
  }

  /** Those that rest after those that do not; among each other they keep their order. */
  inOrder(servers: readonly NameServer[]): readonly NameServer[] {
    if (this.#resting.size === 0 || servers.length === 1) return servers
    const rests = ({ text }: NameServer): boolean => this.#resting.has(text)
    return [...servers.filter((server) => !rests(server)), ...servers.filter(rests)]
  }

  /** Ends the rest of those whose time is over, for when no query looks after them otherwise. */
  endRests(): void {
    const now = this.#clock.now()
    for (const [text, until] of this.#resting) if (until <= now) this.#resting.delete(text)
  }

  /** Servers whose rest is over, and begins it anew: a query has to try whether they are back. None when all rest. */
  takeDue(servers: readonly NameServer[]): readonly NameServer[] {
    if (this.#resting.size === 0 || servers.every(({ text }) => this.#resting.has(text))) return []
    const now = this.#clock.now()
    const due = servers.filter(({ text }) => (this.#resting.get(text) ?? Number.POSITIVE_INFINITY) <= now)
    for (const { text } of due) this.#rest(text)
    return due
  }

  #rest(text: string): void {
    this.#resting.set(text, this.#clock.now() + REST)
  }
}
