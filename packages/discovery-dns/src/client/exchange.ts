import { setMaxListeners } from 'node:events'
import { type AttemptStatus, startTimer } from '@pstorage/discovery-core'
import type { Message } from '@pstorage/dns-message'
import type { NameServer } from '../config/name-server.js'
import { type DenialReason, type DenialVerdict, judgeReply } from '../reply/denial.js'
import type { ServerFault } from '../reply/server-fault.js'
import { SocketLeases } from './socket-leases.js'
import type { ExchangePlan } from './transaction/exchange-plan.js'
import { Transaction, type TransactionListener } from './transaction/transaction.js'

/** Reason for the end of an exchange. Made once: a fresh error would cost more than the query. */
const exchangeOver = new Error('the exchange is over')

/** Result of an exchange. */
export type Reply = Answer | NoAnswer

/** A server that was asked, and what it said. */
export interface QueriedServer {
  readonly server: NameServer
  /** `found`: it has answered with records; `empty`: it has denied; otherwise that of its fault. */
  readonly status: AttemptStatus
  /** Set where it gave no usable answer. */
  readonly fault: ServerFault | undefined
  /** Set where it has denied, be it in vain. */
  readonly denial: DenialReason | undefined
}

/** A server has answered: with records, or with a denial that the servers before it allow. */
export interface Answer {
  readonly kind: 'answer'
  readonly message: Message
  readonly server: NameServer
  readonly transport: 'udp' | 'tcp'
  /** Note on a query that differed from the usual one, with the reason: `by TCP after truncation`. */
  readonly note: string | null
  /** Every server that was asked, in the order in which they are listed. */
  readonly servers: readonly QueriedServer[]
  /** Set where it is a denial. */
  readonly denial: DenialVerdict | undefined
  /** Number of replies before it that did not belong to the query. */
  readonly ignored: number
}

/** No server has answered, or only such that may not deny alone. */
export interface NoAnswer {
  readonly kind: 'no-answer'
  /** Every server that was asked, in the order in which they are listed. */
  readonly servers: readonly QueriedServer[]
}

/**
 * Puts one question to several servers in turn until one answers. Earlier sends still count, a server that has failed is
 * passed over, and the next one is asked as soon as one fails. It always comes to a reply, whatever happens outside, and
 * every socket is closed by then.
 *
 * Records win as soon as they come, from any server. A denial ends it only where the first server that is listed says it:
 * servers further down often see another part of the world, such as the public one beside that of a VPN. So it waits for
 * the first one, also while that is in back-off.
 */
export class Exchange implements TransactionListener {
  readonly #plan: ExchangePlan
  readonly #settled: (reply: Reply) => void
  readonly #slots: SocketLeases
  readonly #candidates: readonly Transaction[]
  /** Made when something wants to listen: most questions are answered before anything does. */
  #abort: AbortController | undefined
  #isOver = false
  #answer: Pick<Answer, 'message' | 'server' | 'transport' | 'note' | 'denial'> | undefined
  #turns = 0
  #stopTimer: (() => void) | undefined

  /** @param settled called once, with the reply; it may be called while it starts */
  constructor(plan: ExchangePlan, settled: (reply: Reply) => void) {
    this.#plan = plan
    this.#settled = settled
    this.#slots = new SocketLeases(plan.slots)
    this.#candidates = plan.servers.map((server) => new Transaction(plan, server, this))
  }

  start(): void {
    this.#nextTurn()
  }

  /** Returns what it would come to if it ended now without an answer. */
  get soFar(): NoAnswer {
    return { kind: 'no-answer', servers: this.#queriedServers() }
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

  answered(candidate: Transaction, message: Message, transport: 'udp' | 'tcp', note: string | null): void {
    const { server } = candidate
    const { health, question, denials, listed, mayDeny } = this.#plan
    health.heard(server)
    const verdict = judgeReply(message, question, denials)
    if (verdict.kind === 'fault') {
      const { why, status, code, reason } = verdict
      candidate.deny(why)
      candidate.fail({ server, status, code, reason })
      return
    }
    const denial = verdict.kind === 'denial' ? verdict : undefined
    if (denial === undefined || question.anyDenial === true || (mayDeny && server === listed[0])) {
      this.#answer ??= { message, server, transport, note, denial }
      this.end()
      return
    }
    candidate.deny(denial.why)
    this.#passOver(candidate)
  }

  failed(candidate: Transaction, fault: ServerFault): void {
    this.#plan.health.heard(candidate.server, fault)
    this.#passOver(candidate)
  }

  #passOver(candidate: Transaction): void {
    this.#slots.takeBack(candidate)
    this.#nextTurn()
  }

  overloaded(): void {
    if (this.#candidates.length > 1) this.#nextTurn()
  }

  #result(): Reply {
    if (this.#answer === undefined) return this.soFar
    const { message, server, transport, note, denial } = this.#answer
    let ignored = 0
    for (const candidate of this.#candidates) ignored += candidate.ignored
    return { kind: 'answer', message, server, transport, note, denial, servers: this.#queriedServers(), ignored }
  }

  #queriedServers(): readonly QueriedServer[] {
    const servers: QueriedServer[] = []
    for (const server of this.#plan.listed) {
      const candidate = this.#candidates.find((one) => one.server === server)
      const attempt = candidate === undefined ? undefined : this.#queriedServer(candidate)
      if (attempt !== undefined) servers.push(attempt)
    }
    return servers
  }

  #queriedServer({ server, denial, fault }: Transaction): QueriedServer | undefined {
    const answer = this.#answer
    if (answer?.server === server) {
      return {
        server,
        status: answer.denial === undefined ? 'found' : 'empty',
        fault: undefined,
        denial: answer.denial?.why,
      }
    }
    if (fault !== undefined) return { server, status: fault.status, fault, denial }
    return denial === undefined ? undefined : { server, status: 'empty', fault, denial }
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

  async #takeLater(candidate: Transaction, slot: Promise<boolean>): Promise<void> {
    const hasSlot = await slot
    if (!this.#isOver) this.#take(candidate, hasSlot)
    else this.#slots.releaseAll()
  }

  #take(candidate: Transaction, hasSlot: boolean): void {
    const { clock, interval } = this.#plan
    this.#stopTimer = startTimer(clock, interval, () => {
      if (hasSlot) candidate.unanswered()
      this.#nextTurn()
    })
    if (hasSlot) candidate.send()
  }

  /** Of those that have neither failed nor denied, in turn. */
  #candidateOfTurn(turn: number): Transaction | undefined {
    const candidates = this.#candidates
    for (let offset = 0; offset < candidates.length; offset += 1) {
      const candidate = candidates[(turn + offset) % candidates.length]
      if (candidate?.isDone === false) return candidate
    }
    return undefined
  }
}
