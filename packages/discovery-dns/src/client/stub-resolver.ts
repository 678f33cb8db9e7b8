import type { CancellationToken, Clock } from '@pstorage/discovery-core'
import { type Message, MessageError, readMessage } from '@pstorage/dns-message'
import type { NameServer } from '../config/name-server.js'
import type { Denials } from '../reply/denial.js'
import type { DnsQuestion } from '../reply/query.js'
import { linkedAbort } from '../transport/connections.js'
import { SocketSemaphore } from '../transport/socket-semaphore.js'
import type { StubSettings } from './current-settings.js'
import type { Reply } from './exchange.js'
import { InflightExchanges } from './inflight-exchanges.js'
import { replyOnce } from './reply-once.js'
import { CookieJar } from './transaction/cookies.js'
import type { ExchangePlan } from './transaction/exchange-plan.js'
import { ServerHealth } from './transaction/server-health.js'

/** Milliseconds between sends of a question. */
const SEND_INTERVAL = 400
/** Number of queries to each server when resolv.conf sets a timeout and no attempts: resolv.conf(5). */
const DEFAULT_ATTEMPTS = 2
/** Milliseconds that a server gets to show that it is back. */
const PATIENCE = 1_000
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

  /**
   * Asks the preferred server once, beside all other questions and without a trace in what is known of it: for what is good
   * to know and not worth waiting for. Resolves with `undefined` without a whole reply in time.
   *
   * @param patience milliseconds
   */
  async askAside(
    question: DnsQuestion,
    settings: StubSettings,
    { patience, ending }: { readonly patience: number; readonly ending: CancellationToken },
  ): Promise<Message | undefined> {
    const [server] = this.inOrder(settings.servers)
    if (server === undefined || ending.aborted) return undefined
    if (settings.options.useVc || !settings.channel.udp) {
      const options = { ...settings.options, rotate: false, timeout: patience, attempts: 1 }
      const reply = await this.ask(question, { ...settings, servers: [server], options }, ending)
      return reply.kind === 'answer' ? reply.message : undefined
    }
    const release = this.#slots.acquireNow()
    if (release === undefined) return undefined
    const over = linkedAbort(ending)
    try {
      const bytes = await replyOnce({ server, question, patience, clock: this.#clock, signal: over.signal })
      return bytes && wholeMessage(bytes)
    } finally {
      over.abort(stubClosed)
      release()
    }
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
    const { signal } = this.#closed
    replyOnce({ server, question, patience: PATIENCE, clock: this.#clock, signal }).then((reply) => {
      release()
      if (reply !== undefined) this.#health.heard(server)
    }, release)
  }

  #inTurn({ servers, options }: StubSettings): readonly NameServer[] {
    if (options.rotate !== true) return servers
    const first = this.#rotation % servers.length
    this.#rotation += 1
    return [...servers.slice(first), ...servers.slice(0, first)]
  }
}

/** Returns a message; `undefined` for one that is cut or that cannot be read. */
function wholeMessage(bytes: Uint8Array): Message | undefined {
  try {
    const message = readMessage(bytes)
    return message.header.truncated ? undefined : message
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
}
