import { setMaxListeners } from 'node:events'
import { type Clock, startTimer } from '@pstorage/discovery-core'
import type { Message } from '@pstorage/dns-message'
import type { CookieJar } from './cookies.js'
import { ExchangeSlots } from './exchange-slots.js'
import type { NameServer } from './name-server.js'
import type { DnsQuestion } from './query.js'
import { ServerExchange, type ServerExchangeListener } from './server-exchange.js'
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
 * passed over, and the next one is asked as soon as one fails. It always comes to a reply, whatever happens outside, and
 * every socket is closed by then.
 */
export class Exchange implements ServerExchangeListener {
  readonly #plan: ExchangePlan
  readonly #settled: (reply: Reply) => void
  readonly #slots: ExchangeSlots
  readonly #candidates: readonly ServerExchange[]
  /** Made when something wants to listen: most questions are answered before anything does. */
  #abort: AbortController | undefined
  #isOver = false
  #answer: Pick<Answer, 'message' | 'server' | 'transport'> | undefined
  #turns = 0
  #stopTimer: (() => void) | undefined

  /** @param settled called once, with the reply; it may be called while it starts */
  constructor(plan: ExchangePlan, settled: (reply: Reply) => void) {
    this.#plan = plan
    this.#settled = settled
    this.#slots = new ExchangeSlots(plan.slots)
    this.#candidates = plan.servers.map((server) => new ServerExchange(plan, server, this))
  }

  start(): void {
    this.#nextTurn()
  }

  /** What it would come to if it ended now without an answer. */
  get soFar(): NoAnswer {
    return { kind: 'no-answer', faults: this.#faults() }
  }

  /** Closes every socket at once; the reply is what is known by then. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#stopTimer?.()
    this.#abort?.abort(exchangeOver)
    for (const candidate of this.#candidates) candidate.close()
    this.#slots.releaseAll()
    this.#settled(this.#result())
  }

  signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      setMaxListeners(0, this.#abort.signal)
      if (this.#isOver) this.#abort.abort(exchangeOver)
    }
    return this.#abort.signal
  }

  answered({ server }: ServerExchange, message: Message, transport: 'udp' | 'tcp'): void {
    this.#plan.health.heard(server)
    this.#answer ??= { message, server, transport }
    this.end()
  }

  failed(candidate: ServerExchange, fault: ServerFault): void {
    this.#plan.health.heard(candidate.server, fault)
    this.#slots.takeBack(candidate)
    this.#nextTurn()
  }

  #result(): Reply {
    if (this.#answer === undefined) return this.soFar
    const { message, server: answerer, transport } = this.#answer
    let ignored = 0
    for (const candidate of this.#candidates) ignored += candidate.ignored
    return { kind: 'answer', message, server: answerer, transport, faults: this.#faults(answerer), ignored }
  }

  #faults(except?: NameServer): readonly ServerFault[] {
    const faults: ServerFault[] = []
    for (const { server, fault } of this.#candidates) {
      if (server !== except && fault !== undefined) faults.push(fault)
    }
    return faults
  }

  /** Asks the next server; there is none when all have failed or were asked often enough. */
  #nextTurn(): void {
    this.#stopTimer?.()
    if (this.#isOver) return
    const { rounds } = this.#plan
    const turn = this.#turns
    const candidate = turn < rounds * this.#candidates.length ? this.#candidateOfTurn(turn) : undefined
    if (candidate === undefined) {
      this.end()
      return
    }
    this.#turns += 1
    const hasSlot = this.#slots.give(candidate, this)
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
