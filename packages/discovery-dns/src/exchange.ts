import { setMaxListeners } from 'node:events'
import type { Clock } from '@pstorage/discovery-core'
import type { Message } from '@pstorage/dns-message'
import type { CookieJar } from './cookies.js'
import { ExchangeSlots } from './exchange-slots.js'
import type { NameServer } from './name-server.js'
import type { DnsQuestion } from './query.js'
import { ServerExchange } from './server-exchange.js'
import type { ServerFault } from './server-fault.js'
import type { ServerHealth } from './server-health.js'
import type { SocketSlots } from './socket-slots.js'
import type { Converse } from './tcp-conversation.js'

/** Why everything of an exchange is closed. Made once: with a fresh error, ending would cost more than asking. */
const exchangeOver = new Error('the exchange is over')

/** What came of a question. */
export type Reply = Answer | NoAnswer

/** A server has answered: with records, or that there are none. */
export interface Answer {
  readonly kind: 'answer'
  readonly message: Message
  readonly server: NameServer
  readonly transport: 'udp' | 'tcp'
  /** What was wrong with servers that were asked too. */
  readonly faults: readonly ServerFault[]
  /** How many replies came before it that did not belong to the question. */
  readonly ignored: number
}

/** Nobody has answered. */
export interface NoAnswer {
  readonly kind: 'no-answer'
  /** One for each server that was asked. */
  readonly faults: readonly ServerFault[]
}

/** How a question is put to several servers. */
export interface ExchangePlan {
  readonly question: DnsQuestion
  /** In the order in which they are asked. */
  readonly servers: readonly NameServer[]
  /** Milliseconds between sends. */
  readonly interval: number
  /** How often each server is asked; may be infinite. */
  readonly rounds: number
  readonly tcpOnly: boolean
  /** How a question goes over a connection. */
  readonly converse: Converse
  /** Asks for the AD bit. */
  readonly authenticData: boolean
  /** Whether letters are sent in random case, which replies have to repeat. */
  readonly randomCase: boolean
  /** Of queries over UDP and what follows from them. */
  readonly cookies: CookieJar | undefined
  readonly slots: SocketSlots
  /** Is told who has answered and who has not. */
  readonly health: ServerHealth
  readonly clock: Clock
}

/**
 * Puts one question to several servers in turn until one answers. Earlier sends still count, a server that has failed is
 * passed over, and the next one is asked as soon as one fails. Nothing that happens outside makes it reject; every socket
 * is closed when it has a reply.
 */
export class Exchange {
  readonly reply: Promise<Reply>
  readonly #plan: ExchangePlan
  readonly #over = new AbortController()
  readonly #slots: ExchangeSlots
  readonly #candidates: readonly ServerExchange[]
  #answer: Pick<Answer, 'message' | 'server' | 'transport'> | undefined
  #endTurn: () => void = () => {}

  constructor(plan: ExchangePlan) {
    this.#plan = plan
    this.#slots = new ExchangeSlots(plan.slots)
    setMaxListeners(0, this.#over.signal)
    this.#candidates = plan.servers.map((server) => this.#candidate(server))
    this.reply = this.#run()
  }

  /** What it would come to if it ended now without an answer. */
  get soFar(): NoAnswer {
    return { kind: 'no-answer', faults: this.#candidates.flatMap(({ fault }) => fault ?? []) }
  }

  /** Closes every socket at once; the reply is what is known by then. */
  end(): void {
    if (this.#over.signal.aborted) return
    this.#over.abort(exchangeOver)
    for (const candidate of this.#candidates) candidate.close()
  }

  #candidate(server: NameServer): ServerExchange {
    const { health, cookies } = this.#plan
    const candidate: ServerExchange = new ServerExchange({
      ...this.#plan,
      server,
      cookie: cookies?.of(server),
      signal: this.#over.signal,
      answered: (message, transport) => {
        health.heard(server)
        this.#answer ??= { message, server, transport }
        this.end()
      },
      failed: (fault) => {
        health.heard(server, fault)
        this.#slots.takeBack(candidate)
        this.#endTurn()
      },
    })
    return candidate
  }

  async #run(): Promise<Reply> {
    const { signal } = this.#over
    const turns = this.#plan.rounds * this.#candidates.length
    for (let turn = 0; turn < turns && !signal.aborted; turn += 1) {
      const candidate = this.#candidateOfTurn(turn)
      if (candidate === undefined) break
      const hasSlot = await this.#slots.give(candidate, signal)
      if (signal.aborted) break
      const turnOver = this.#turn()
      if (hasSlot) candidate.ask()
      const isTimeUp = await turnOver
      if (isTimeUp && hasSlot) this.#plan.health.silent(candidate.server)
    }
    this.end()
    this.#slots.releaseAll()
    const { faults } = this.soFar
    if (this.#answer === undefined) return { kind: 'no-answer', faults }
    const { server: answerer } = this.#answer
    const ignored = this.#candidates.reduce((sum, candidate) => sum + candidate.ignored, 0)
    return { kind: 'answer', ...this.#answer, faults: faults.filter(({ server }) => server !== answerer), ignored }
  }

  /** Of those that have not failed, in turn. */
  #candidateOfTurn(turn: number): ServerExchange | undefined {
    const candidates = this.#candidates
    return candidates
      .map((_, offset) => candidates[(turn + offset) % candidates.length])
      .find((candidate) => candidate?.hasFailed === false)
  }

  /** Resolves when it is the next one's turn: with true when the interval is over, with false when something happened. */
  #turn(): Promise<boolean> {
    const { clock, interval } = this.#plan
    return new Promise((resolve) => {
      this.#endTurn = () => resolve(false)
      clock.sleep(interval, this.#over.signal).then(
        () => resolve(true),
        () => resolve(false),
      )
    })
  }
}
