import type { CancellationToken, Clock } from '@pstorage/discovery-core'
import type { NameServer } from '../config/name-server.js'
import type { Denials } from '../reply/denial.js'
import { type DnsQuestion, isReplyTo, newQuery } from '../reply/query.js'
import { linkedAbort } from '../transport/connections.js'
import { SocketSemaphore } from '../transport/socket-semaphore.js'
import { UdpTransport } from '../transport/udp-transport.js'
import type { StubSettings } from './current-settings.js'
import type { Reply } from './exchange.js'
import { InflightExchanges } from './inflight-exchanges.js'
import { CookieJar } from './transaction/cookies.js'
import type { ExchangePlan } from './transaction/exchange-plan.js'
import { ServerHealth } from './transaction/server-health.js'

/** Milliseconds between sends of a question. */
const SEND_INTERVAL = 400
/** Number of queries to each server when resolv.conf sets a timeout and no attempts: resolv.conf(5). */
const DEFAULT_ATTEMPTS = 2
/** Number of sockets that are open at once; further queries wait in line. */
const MAX_SOCKETS = 256

const stubClosed = new Error('the stub resolver was closed')

/** Puts questions to name servers that ask others or know the answer themselves. */
export class StubResolver {
  readonly #slots = new SocketSemaphore(MAX_SOCKETS)
  readonly #cookies = new CookieJar()
  readonly #exchanges = new InflightExchanges()
  readonly #closed = new AbortController()
  readonly #clock: Clock
  readonly #health: ServerHealth
  readonly #randomCase: boolean
  readonly #denials: Denials
  #rotation = 0

  /**
   * @param randomCase whether letters are sent in random case, which replies have to repeat
   * @param denials which denials count
   */
  constructor(clock: Clock, randomCase = false, denials: Denials = 'proven') {
    this.#clock = clock
    this.#randomCase = randomCase
    this.#denials = denials
    this.#health = new ServerHealth(clock)
  }

  /** Asks until a server answers or it is over; never rejects for what happens outside. */
  ask(question: DnsQuestion, settings: StubSettings, ending: CancellationToken): Promise<Reply> {
    return this.#exchanges.ask(question, settings, ending, () => this.#plan(question, settings))
  }

  /** Runs what needs a socket within the limit of all queries, such as a transfer. */
  async withSocket<Result>(signal: AbortSignal, run: () => Promise<Result>): Promise<Result> {
    const release = await this.#slots.acquire(signal)
    try {
      return await run()
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
      listed: settings.servers,
      mayDeny: settings.mayDeny ?? true,
      denials: this.#denials,
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

/** Milliseconds that a server gets to show that it is back. */
const PATIENCE = 1_000

const probeOver = new Error('the probe is over')

/** A look whether a server is back. */
export interface ServerProbe {
  readonly server: NameServer
  /** One that is asked for anyway. */
  readonly question: DnsQuestion
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Sends one question by UDP, and says whether any reply to it came in time. Never rejects. */
async function probeServer({ server, question, clock, signal }: ServerProbe): Promise<boolean> {
  const query = newQuery(question)
  const over = linkedAbort(signal)
  let isBack = false
  const udp = new UdpTransport(server, {
    message(bytes) {
      if (!isReplyTo(query, bytes)) return
      isBack = true
      over.abort(probeOver)
    },
    error: () => over.abort(probeOver),
  })
  udp.send(query.bytes)
  await clock.sleep(PATIENCE, over.signal).catch(() => {})
  over.abort(probeOver)
  udp.close()
  return isBack
}
