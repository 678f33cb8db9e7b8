import type { Clock } from '@pstorage/discovery-core'
import type { NameServer } from '../../config/name-server.js'

/** Milliseconds for which it is remembered what a server needs; then it is tried anew. */
const MEMORY = 600_000
/** Number of servers that are remembered. */
const MAX_SERVERS = 256

/** A step that made a silent server answer. */
export type KnownStep = 'tcp' | 'no-edns'

interface ServerMemory {
  /** Until when cookies are not sent. */
  noCookiesUntil: number
  step: KnownStep | undefined
  stepUntil: number
}

/**
 * Needs of servers that were found out, so that further queries need not wait for them: no cookies, or a query
 * without EDNS or by TCP beside the usual one.
 */
export class FallbackMemory {
  readonly #clock: Clock
  /** In the order in which they were first seen. */
  readonly #servers = new Map<string, ServerMemory>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Returns whether its replies bring the right cookie, as far as is known. */
  takesCookies({ text }: NameServer): boolean {
    if (this.#servers.size === 0) return true
    return (this.#servers.get(text)?.noCookiesUntil ?? 0) <= this.#clock.now()
  }

  /** The step to take soon. */
  knownStep({ text }: NameServer): KnownStep | undefined {
    if (this.#servers.size === 0) return undefined
    const memory = this.#servers.get(text)
    return memory !== undefined && memory.stepUntil > this.#clock.now() ? memory.step : undefined
  }

  /** Remembers that cookies do not come back as they should. */
  dropCookies(server: NameServer): void {
    this.#of(server).noCookiesUntil = this.#clock.now() + MEMORY
  }

  /** Remembers what has led to an answer, so that the next query need not find out again. */
  learn(
    server: NameServer,
    transport: 'udp' | 'tcp',
    {
      step,
      reason,
      edns,
    }: { readonly step: string | undefined; readonly reason: string | undefined; readonly edns: boolean },
    rejectsEdns: boolean,
  ): void {
    if (step === 'no-cookie') this.dropCookies(server)
    if (step === 'no-edns' && !rejectsEdns) this.rememberStep(server, 'no-edns')
    else if (step === 'tcp' && reason === 'silence') this.rememberStep(server, 'tcp')
    else if (transport === 'udp' && edns) this.heardEdns(server)
  }

  rememberStep(server: NameServer, step: KnownStep): void {
    const memory = this.#of(server)
    memory.step = step
    memory.stepUntil = this.#clock.now() + MEMORY
  }

  /** It has answered a query with EDNS over UDP. */
  heardEdns({ text }: NameServer): void {
    if (this.#servers.size === 0) return
    const memory = this.#servers.get(text)
    // Small replies may come through where large ones do not, so what is known of TCP stays.
    if (memory?.step === 'no-edns') memory.step = undefined
  }

  #of({ text }: NameServer): ServerMemory {
    const known = this.#servers.get(text)
    if (known !== undefined) return known
    const [oldest] = this.#servers.keys()
    if (this.#servers.size >= MAX_SERVERS && oldest !== undefined) this.#servers.delete(oldest)
    const memory: ServerMemory = { noCookiesUntil: 0, step: undefined, stepUntil: 0 }
    this.#servers.set(text, memory)
    return memory
  }
}
