import { setMaxListeners } from 'node:events'
import { type Clock, startTimer } from '@pstorage/discovery-core'
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
  readonly #slots: ExchangeSlots
  readonly #candidates: readonly ServerExchange[]
  /** Made when something wants to listen: most questions are answered before anything does. */
  #abort: AbortController | undefined
  #isOver = false
  #answer: Pick<Answer, 'message' | 'server' | 'transport'> | undefined
  #turns = 0
  #stopTimer: () => void = () => {}
  #settle: (reply: Reply) => void = () => {}

  constructor(plan: ExchangePlan) {
    this.#plan = plan
    this.#slots = new ExchangeSlots(plan.slots)
    this.#candidates = plan.servers.map((server) => this.#candidate(server))
    this.reply = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#nextTurn()
  }

  /** What it would come to if it ended now without an answer. */
  get soFar(): NoAnswer {
    return { kind: 'no-answer', faults: this.#candidates.flatMap(({ fault }) => fault ?? []) }
  }

  /** Closes every socket at once; the reply is what is known by then. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#stopTimer()
    this.#abort?.abort(exchangeOver)
    for (const candidate of this.#candidates) candidate.close()
    this.#slots.releaseAll()
    this.#settle(this.#result())
  }

  #result(): Reply {
    const { faults } = this.soFar
    if (this.#answer === undefined) return { kind: 'no-answer', faults }
    const { message, server: answerer, transport } = this.#answer
    let ignored = 0
    for (const candidate of this.#candidates) ignored += candidate.ignored
    const others = faults.filter(({ server }) => server !== answerer)
    return { kind: 'answer', message, server: answerer, transport, faults: others, ignored }
  }

  #signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      setMaxListeners(0, this.#abort.signal)
      if (this.#isOver) this.#abort.abort(exchangeOver)
    }
    return this.#abort.signal
  }

  #candidate(server: NameServer): ServerExchange {
    const { question, tcpOnly, converse, authenticData, randomCase, health, cookies, slots } = this.#plan
    const candidate: ServerExchange = new ServerExchange({
      question,
      tcpOnly,
      converse,
      authenticData,
      randomCase,
      slots,
      server,
      cookie: cookies?.of(server),
      signal: () => this.#signal(),
      answered: (message, transport) => {
        health.heard(server)
        this.#answer ??= { message, server, transport }
        this.end()
      },
      failed: (fault) => {
        health.heard(server, fault)
        this.#slots.takeBack(candidate)
        this.#nextTurn()
      },
    })
    return candidate
  }

  /** Asks the next server; there is none when all have failed or were asked often enough. */
  #nextTurn(): void {
    this.#stopTimer()
    if (this.#isOver) return
    const { rounds } = this.#plan
    const turn = this.#turns
    const candidate = turn < rounds * this.#candidates.length ? this.#candidateOfTurn(turn) : undefined
    if (candidate === undefined) {
      this.end()
      return
    }
    this.#turns += 1
    const hasSlot = this.#slots.give(candidate, () => this.#signal())
    if (typeof hasSlot === 'boolean') this.#take(candidate, hasSlot)
    else void this.#takeLater(candidate, hasSlot)
  }

  async #takeLater(candidate: ServerExchange, slot: Promise<boolean>): Promise<void> {
    const hasSlot = await slot
    if (!this.#isOver) this.#take(candidate, hasSlot)
    else this.#slots.releaseAll()
  }

  #take(candidate: ServerExchange, hasSlot: boolean): void {
    const { clock, interval, health } = this.#plan
    this.#stopTimer = startTimer(clock, interval, () => {
      if (hasSlot) health.silent(candidate.server)
      this.#nextTurn()
    })
    if (hasSlot) candidate.ask()
  }

  /** Of those that have not failed, in turn. */
  #candidateOfTurn(turn: number): ServerExchange | undefined {
    const candidates = this.#candidates
    for (let offset = 0; offset < candidates.length; offset += 1) {
      const candidate = candidates[(turn + offset) % candidates.length]
      if (candidate?.hasFailed === false) return candidate
    }
    return undefined
  }
}
