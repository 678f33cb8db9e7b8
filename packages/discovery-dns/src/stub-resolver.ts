import type { Clock, Ending } from '@pstorage/discovery-core'
import { CookieJar } from './cookies.js'
import type { ExchangePlan, Reply } from './exchange.js'
import type { NameServer } from './name-server.js'
import type { DnsQuestion } from './query.js'
import type { ServerFault } from './server-fault.js'
import { ServerHealth } from './server-health.js'
import { probeServer } from './server-probe.js'
import { SharedExchanges } from './shared-exchanges.js'
import { SocketSlots } from './socket-slots.js'
import type { StubSettings } from './stub-settings.js'
import { type TransferPlan, transferZone } from './transfer.js'

/** Milliseconds between sends of a question. */
const SEND_INTERVAL = 400
/** How often each server is asked when resolv.conf sets a timeout and no attempts: resolv.conf(5). */
const DEFAULT_ATTEMPTS = 2
/** How many sockets are open at once; further questions wait in line. */
const MAX_SOCKETS = 256

const stubClosed = new Error('the stub resolver was closed')

/** Puts questions to name servers that ask others or know the answer themselves. */
export class StubResolver {
  readonly #slots = new SocketSlots(MAX_SOCKETS)
  readonly #cookies = new CookieJar()
  readonly #exchanges = new SharedExchanges()
  readonly #closed = new AbortController()
  readonly #clock: Clock
  readonly #health: ServerHealth
  readonly #randomCase: boolean
  #rotation = 0

  /** @param randomCase whether letters are sent in random case, which replies have to repeat */
  constructor(clock: Clock, randomCase = false) {
    this.#clock = clock
    this.#randomCase = randomCase
    this.#health = new ServerHealth(clock)
  }

  /** Asks until somebody answers or it is over; never rejects for what happens outside. */
  ask(question: DnsQuestion, settings: StubSettings, ending: Ending): Promise<Reply> {
    return this.#exchanges.ask(question, settings, ending, () => this.#plan(question, settings))
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

  /** The same servers, those last that have not answered lately. */
  inOrder(servers: readonly NameServer[]): readonly NameServer[] {
    return this.#health.inOrder(servers)
  }

  /** Ends what goes on between questions. */
  close(): void {
    this.#closed.abort(stubClosed)
  }

  #plan(question: DnsQuestion, settings: StubSettings): ExchangePlan {
    const { channel } = settings
    const { timeout, attempts, useVc = false, trustAd = false } = settings.options
    const tcpOnly = useVc || !channel.udp
    // Over connections a server that says nothing is not looked after, but simply asked again after its rest.
    if (tcpOnly) this.#health.endRests()
    const servers = this.#health.inOrder(this.#inTurn(settings))
    if (!tcpOnly) for (const server of this.#health.takeDue(servers)) this.#probe(server, question)
    return {
      question,
      servers,
      interval: timeout ?? SEND_INTERVAL,
      rounds: attempts ?? (timeout === undefined ? Number.POSITIVE_INFINITY : DEFAULT_ATTEMPTS),
      tcpOnly,
      // After truncation each goes its own way, as servers that truncate may do odd things by TCP, too.
      converse: tcpOnly ? channel.shared : channel.own,
      authenticData: trustAd,
      randomCase: this.#randomCase,
      cookies: tcpOnly ? undefined : this.#cookies,
      slots: this.#slots,
      health: this.#health,
      clock: this.#clock,
    }
  }

  /** Looks in the background whether a server is back, for as long as that takes: a question may be answered sooner. */
  #probe(server: NameServer, question: DnsQuestion): void {
    const release = this.#slots.acquireNow()
    if (release === undefined) return
    probeServer({ server, question, clock: this.#clock, signal: this.#closed.signal }).then((isBack) => {
      release()
      if (isBack) this.#health.heard(server)
    }, release)
  }

  #inTurn({ servers, options }: StubSettings): readonly NameServer[] {
    if (options.rotate !== true) return servers
    const first = this.#rotation % servers.length
    this.#rotation += 1
    return [...servers.slice(first), ...servers.slice(0, first)]
  }
}
