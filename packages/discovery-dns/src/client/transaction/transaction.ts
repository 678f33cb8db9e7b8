import {
  type Message,
  MessageError,
  readHeader,
  readMessage,
  responseCode,
  responseCodeName,
} from '@pstorage/dns-message'
import type { NameServer } from '../../config/name-server.js'
import type { DenialReason } from '../../reply/denial.js'
import { mayHideExtendedError, rejectsEdns } from '../../reply/query.js'
import { faultOfError, faultOfReply, type ServerFault } from '../../reply/server-fault.js'
import type { UdpListener, UdpTransport } from '../../transport/udp-transport.js'
import { type Cookie, CookieCheck } from './cookies.js'
import type { ExchangePlan } from './exchange-plan.js'
import { type FallbackHost, type FallbackReason, type FallbackStep, FallbackSteps } from './fallback-steps.js'
import { newSentQuery, type SentQuery } from './sent-query.js'
import { LoadShare } from './server-load.js'
import { badReply, TcpQueries } from './tcp-queries.js'
import { IgnoredReplies, UdpQueries } from './udp-queries.js'

/** Exchange to which a transaction reports. */
export interface TransactionListener {
  /** Returns the signal that closes everything. Called only where something can listen to it. */
  signal(): AbortSignal
  /** @param note says how and why the query differed from the first one */
  answered(of: Transaction, message: Message, transport: 'udp' | 'tcp', note: string | null): void
  /** Reports a server with too much to do, which gets the query again later. */
  overloaded(of: Transaction): void
  /** Reports a fault, once at most: nothing is sent to the server again. */
  failed(of: Transaction, fault: ServerFault): void
}

/** Milliseconds between sends up to which the first of them begins to count the silence. */
const TURN = 400
const ALL_STEPS: readonly FallbackStep[] = ['tcp', 'no-cookie', 'no-edns']
const WITHOUT_COOKIE: readonly FallbackStep[] = ['tcp', 'no-edns']
const OVER_TCP: readonly FallbackStep[] = ['no-edns']

/**
 * One query to one server (a transaction of RFC 5452), in all forms in which it is sent: decides which replies are believed,
 * which other forms are tried, and what is wrong with the server.
 */
export class Transaction implements UdpListener, FallbackHost {
  readonly server: NameServer
  readonly #plan: ExchangePlan
  readonly #listener: TransactionListener
  readonly load: LoadShare
  readonly #cookie: Cookie | undefined
  readonly #cookieCheck: CookieCheck | undefined
  readonly #steps: FallbackSteps
  /** The first form. */
  #query: SentQuery
  /** The least demanding form by now, where that is another one. */
  #lesser: SentQuery | undefined
  readonly #udp: UdpQueries
  readonly #tcp: TcpQueries
  isClosed = false
  #rejectsEdns = false
  #sends = 0
  readonly #ignored = new IgnoredReplies()
  #fault: ServerFault | undefined
  /** Set where the server has denied. */
  denial: DenialReason | undefined

  constructor(plan: ExchangePlan, server: NameServer, listener: TransactionListener) {
    const { clock, cookies, health, interval, rounds, tcpOnly } = plan
    this.#plan = plan
    this.server = server
    this.#listener = listener
    this.load = new LoadShare(health.loads.of(server))
    this.#udp = new UdpQueries(server, plan.slots, this)
    this.#cookie = health.fallbacks.takesCookies(server) ? cookies?.of(server) : undefined
    if (this.#cookie !== undefined) this.#cookieCheck = new CookieCheck(this.#cookie, server, health.fallbacks)
    this.#query = this.#newQuery()
    this.#steps = new FallbackSteps(
      {
        clock,
        time: interval * rounds,
        steps: tcpOnly ? OVER_TCP : this.#cookie === undefined ? WITHOUT_COOKIE : ALL_STEPS,
        known: tcpOnly ? undefined : health.fallbacks.knownStep(server),
      },
      this,
    )
    this.#tcp = new TcpQueries(plan, this, this.#steps, this.#udp)
  }

  signal(): AbortSignal {
    return this.#listener.signal()
  }

  /** The fault of the server so far; `undefined` when nothing was sent. */
  get fault(): ServerFault | undefined {
    if (this.isDone || this.#sends === 0) return this.#fault
    if (this.load.refusal !== undefined) return this.load.refusal
    const { server } = this
    const { count, reason } = this.#ignored
    if (count > 0 && !this.#tcp.isTruncated) return badReply(server, `gave no answer, only ${reason}`)
    return { server, status: 'timeout', code: 'ETIMEDOUT', reason: this.#tcp.silence }
  }

  /** Number of replies that were not believed. */
  get ignored(): number {
    return this.#ignored.count
  }

  get isAttacked(): boolean {
    return this.#ignored.isAttack
  }

  /** Says that sending again is pointless. */
  get isDone(): boolean {
    return this.#fault !== undefined || this.denial !== undefined
  }

  /** Closes it with a denial that does not count alone. */
  deny(why: DenialReason): void {
    this.denial = why
    this.close()
  }

  /** Sends the query, once more if it was sent before. */
  send(): void {
    this.#sends += 1
    if (this.load.refusal !== undefined || this.#tcp.isOnly) return
    if (this.#plan.tcpOnly) {
      this.#tcp.sendOnly(this.#query)
    } else {
      // The answer to the first form says most, and the last one may be the only one that is answered.
      this.#sendUdp(this.#query)
      if (this.#lesser !== undefined) this.#sendUdp(this.#lesser)
    }
    // Most are answered soon: what they need no timer for begins with their first time without an answer.
    if (this.#sends > 1 || this.#steps.isUrgent || this.#plan.interval > TURN) this.#steps.start()
  }

  /** Takes note of the end of an interval without an answer. */
  unanswered(): void {
    if (this.load.refusal !== undefined) return
    this.#steps.start(this.#plan.interval)
    this.load.unanswered()
    this.#plan.health.silent(this.server)
  }

  close(): void {
    this.isClosed = true
    this.#steps.stop()
    this.#udp.close()
    this.load.close()
  }

  /** Closes its sockets until the next send, and returns whether it did: queries over TCP go on. */
  rest(): boolean {
    if (this.#tcp.isOnly) return false
    this.#steps.pause()
    this.#udp.close()
    this.load.leave()
    return true
  }

  takeStep(step: FallbackStep, reason: FallbackReason): void {
    if (step === 'tcp') {
      this.#tcp.sendBeside(this.#query, reason)
      return
    }
    this.#lesser = this.#newQuery(step, reason)
    if (this.#tcp.isOnly) this.#tcp.send(this.#lesser)
    else this.#sendUdp(this.#lesser, reason !== 'silence')
  }

  #newQuery(step?: FallbackStep, reason?: FallbackReason): SentQuery {
    return newSentQuery(this.#plan, this.#cookie, step, reason)
  }

  /** @param isGuarded whether a query that was not sent before gets a port of its own */
  #sendUdp(query: SentQuery, isGuarded = false): void {
    const socket = this.#udp.socketOf(query, isGuarded)
    // The system reports at once when it has no socket left.
    if (this.isDone) this.close()
    else socket.send(query.bytes)
  }

  error(error: Error): void {
    this.fail(faultOfError(this.server, error))
  }

  /** Ignores a reply over UDP that cannot be believed, and goes on waiting: any host may have sent it. */
  message(bytes: Uint8Array, from: UdpTransport): void {
    const query = this.#udp.queryOf(bytes, from)
    if (query === undefined) {
      if (this.#ignored.addForeign()) this.#steps.unusable('flood', undefined)
      return
    }
    try {
      if (readHeader(bytes).truncated) this.#tcp.sendAfterTruncation(query)
      else this.reply(readMessage(bytes), 'udp', query)
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      if (this.#ignored.addUnreadable(error.message)) this.#steps.unusable('flood', undefined)
      this.#steps.unusable('unreadable', query.step)
    }
  }

  /** Judges a reply, and reports it, ignores it or sends the query in another form. */
  reply(message: Message, transport: 'udp' | 'tcp', query: SentQuery): void {
    if (query.hasCookie && !this.#hasUsableCookie(message, transport, query)) return
    if (query.edns && rejectsEdns(message)) {
      this.#sendWithoutEdns(message, transport)
      return
    }
    const fault = faultOfReply(this.server, message)
    if (fault?.code === 'REFUSED' && this.#isOverloaded(fault, query)) return
    this.load.answered()
    if (fault !== undefined) this.fail(fault)
    else if (this.#mayBeBetterWithEdns(message, query))
      this.#steps.hold(() => this.#answered(message, transport, query))
    else this.#answered(message, transport, query)
  }

  #answered(message: Message, transport: 'udp' | 'tcp', query: SentQuery): void {
    const { health, tcpOnly } = this.#plan
    if (!tcpOnly) health.fallbacks.learn(this.server, transport, query, this.#rejectsEdns)
    this.#listener.answered(this, message, transport, query.note)
  }

  /** Returns whether an answer with EDNS may still come from a slow server: EDNS was met with silence only. */
  #mayBeBetterWithEdns(message: Message, { step }: SentQuery): boolean {
    if (step !== 'no-edns' || this.#rejectsEdns || this.#ignored.hasUnreadable) return false
    return mayHideExtendedError(message, this.#plan.question.type)
  }

  /** Returns whether a reply may be used as far as its cookie goes; where not, sends what is to be sent instead. */
  #hasUsableCookie(message: Message, transport: 'udp' | 'tcp', query: SentQuery): boolean {
    const verdict = this.#cookieCheck?.verdict(message, transport, query.step) ?? 'usable'
    if (verdict === 'usable') return true
    if (verdict === 'no-cookie') {
      this.#tcp.send({ ...this.#newQuery('no-cookie', 'wrong-cookie'), note: query.note })
    } else if (verdict === 'wrong-cookie' || verdict === 'missing-cookie') {
      const reason = verdict === 'wrong-cookie' ? 'replies with another cookie' : 'replies without its cookie'
      if (this.#ignored.add(reason)) this.#steps.unusable('flood', undefined)
      this.#steps.unusable(verdict, query.step)
    } else if (transport === 'tcp') {
      this.#tcp.failed({ server: this.server, status: 'failed', code: 'BADCOOKIE', reason: 'said BADCOOKIE' })
    } else {
      this.#query = this.#newQuery()
      if (verdict === 'new-cookie') this.#sendUdp(this.#query)
      else this.#steps.unusable('bad-cookie', undefined)
    }
    return false
  }

  #sendWithoutEdns(message: Message, transport: 'udp' | 'tcp'): void {
    if (transport === 'udp' && this.#rejectsEdns) return
    this.#rejectsEdns = true
    this.#steps.stop()
    const note = `without EDNS after ${responseCodeName(responseCode(message))}`
    this.#lesser = { ...this.#newQuery('no-edns'), note }
    if (transport === 'udp') this.#sendUdp(this.#lesser)
    else this.#tcp.send(this.#lesser)
  }

  /** Returns whether a refusal is about the load of the server, which then gets the query again later. */
  #isOverloaded(fault: ServerFault, { step, reason }: SentQuery): boolean {
    if (this.load.refusal !== undefined) return true
    const delay = this.load.refused(fault)
    if (delay === undefined) return false
    this.#plan.health.heard(this.server)
    this.#steps.pause()
    this.#udp.close()
    this.load.leave()
    void this.load.enterAgain(delay, this.#plan.clock, this.#listener.signal()).then((isTurn) => {
      if (isTurn) this.#sendAgain(step, reason)
    })
    this.#listener.overloaded(this)
    return true
  }

  #sendAgain(step: FallbackStep | undefined, reason: FallbackReason | undefined): void {
    this.load.resume()
    const query = this.#newQuery(step, reason)
    if (query.edns) this.#query = query
    else this.#lesser = query
    if (this.#tcp.isOnly) this.#tcp.send(query)
    else this.#sendUdp(query)
    this.#steps.start()
  }

  /** Ends it with a fault; the first one counts. */
  fail(fault: ServerFault): void {
    if (this.#fault !== undefined) return
    this.#fault = fault
    this.close()
    this.#listener.failed(this, fault)
  }
}
