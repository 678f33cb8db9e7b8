import type { Clock } from '@pstorage/discovery-core'
import { exchange, type Reply } from './exchange.js'
import type { NameServer } from './name-server.js'
import type { DnsQuestion } from './query.js'
import type { ServerFault } from './server-fault.js'
import { SocketSlots } from './socket-slots.js'
import type { StubSettings } from './stub-settings.js'
import { type TransferPlan, transferZone } from './transfer.js'

/** Milliseconds between sends of a question. */
const SEND_INTERVAL = 400
/** How often each server is asked when resolv.conf sets a timeout and no attempts: resolv.conf(5). */
const DEFAULT_ATTEMPTS = 2
/** How many sockets are open at once; further questions wait in line. */
const MAX_SOCKETS = 256

/** Puts questions to name servers that ask others or know the answer themselves. */
export class StubResolver {
  readonly #slots = new SocketSlots(MAX_SOCKETS)
  readonly #clock: Clock
  #rotation = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Asks until somebody answers or the signal aborts; never rejects for what happens outside. */
  ask(question: DnsQuestion, settings: StubSettings, signal: AbortSignal): Promise<Reply> {
    const { channel } = settings
    const { timeout, attempts, useVc = false, trustAd = false } = settings.options
    return exchange({
      question,
      servers: this.#inTurn(settings),
      interval: timeout ?? SEND_INTERVAL,
      rounds: attempts ?? (timeout === undefined ? Number.POSITIVE_INFINITY : DEFAULT_ATTEMPTS),
      tcpOnly: useVc || !channel.udp,
      converse: channel.ask,
      authenticData: trustAd,
      slots: this.#slots,
      clock: this.#clock,
      signal,
    })
  }

  /** Transfers a zone over one of the same sockets; `undefined` when it is complete, otherwise what was wrong. */
  async transfer(plan: TransferPlan): Promise<ServerFault | undefined> {
    const release = await this.#slots.acquire(plan.signal)
    try {
      return await transferZone(plan)
    } finally {
      release?.()
    }
  }

  #inTurn({ servers, options }: StubSettings): readonly NameServer[] {
    if (options.rotate !== true) return servers
    const first = this.#rotation % servers.length
    this.#rotation += 1
    return [...servers.slice(first), ...servers.slice(0, first)]
  }
}
