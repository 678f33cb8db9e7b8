import type { Clock } from '@pstorage/discovery-core'
import type { NameServer } from '../../config/name-server.js'
import type { ServerFault } from '../../reply/server-fault.js'
import { type ReleaseSocket, SocketSemaphore } from '../../transport/socket-semaphore.js'

/** Questions in flight to one server at first: below the 150 at which dnsmasq begins to refuse. */
const INITIAL_LIMIT = 128
const MAX_LIMIT = 256
/** Loss alone does not lower the limit below this: it also has other reasons than load. */
const LEAST_AFTER_LOSS = 16
/** Increase for each round near the last known limit. */
const SLOW = 0.25
/** Part of the limit that remains after a loss. */
const AFTER_LOSS = 0.7
/** Number of times that a query may be refused beside others. */
const MAX_REFUSALS = 8
/** Milliseconds until it is put again where the limit stays, the first time; each further time twice as long. */
const BACKOFF = 10
/** So many refusals in a row, one of them of a question that was asked alone, show that the server answers nothing. */
const REFUSING = 2 * INITIAL_LIMIT
/** The part of what a server has borne at which a refusal is not about the load any more. */
const CALM = 1 / 8
/** Part of the limit that remains after refusals, in each round. */
const DOUBT = 0.75
/** Number of servers that are remembered. */
const MAX_SERVERS = 256

/** A question that is in flight to a server. */
export interface InFlight {
  readonly release: ReleaseSocket
  /** Its number among those of this server. */
  readonly number: number
  /** Number of queries that were in flight when it was sent, with it. */
  readonly load: number
}

/**
 * The limit on questions in flight to one server. It adapts to what the server bears, as TCP does (RFC 5681): answers
 * raise it, first by one each and near the last known limit slowly; REFUSED and loss lower it.
 */
export class ServerLoad {
  readonly #slots = new SocketSemaphore(INITIAL_LIMIT)
  /** With its fraction. */
  #limit = INITIAL_LIMIT
  /** From here on it is raised slowly. */
  #threshold = Number.POSITIVE_INFINITY
  #sent = 0
  /** The latest question that was answered. */
  #answered = 0
  /** The latest question when a loss lowered the limit: those before it tell nothing new. */
  #lowered = 0
  /** The most that was in flight when a question was answered, as far as no refusal speaks against it. */
  #borne = 0
  /** The latest question when that was last doubted. */
  #doubted = 0
  /** It has refused a question that was asked alone, and answered none since. */
  #refusesAlone = false
  #refusedInARow = 0

  /** Returns whether so little is allowed that a question without an answer would hold up others for long. */
  get isNarrow(): boolean {
    return this.#limit < LEAST_AFTER_LOSS
  }

  get isIdle(): boolean {
    return this.#slots.taken === 0
  }

  /** Takes part in what is in flight, if the limit allows one more. */
  enterNow(): InFlight | undefined {
    return this.#entered(this.#slots.acquireNow())
  }

  /**
   * Takes part when it is one's turn; `undefined` when the signal aborts first.
   *
   * @param again whether it was refused before, and waits before the others
   */
  async enter(signal: AbortSignal, again = false): Promise<InFlight | undefined> {
    return this.#entered(await this.#slots.acquire(signal, again))
  }

  /** Hears of a question that was answered in whatever way. */
  answered({ number, load }: InFlight): void {
    this.#refusesAlone = false
    this.#refusedInARow = 0
    if (load > this.#borne) this.#borne = load
    this.#raise(number)
  }

  /**
   * Hears of a question that was refused. Gives the milliseconds after which it is to be put again, once there is room;
   * `undefined` where the refusal is about the question and not about the load, as where nothing else was in flight.
   *
   * @param refusals how often this question was refused, with this time
   */
  refused({ number, load }: InFlight, refusals: number): number | undefined {
    // With all that were sent since.
    const inFlight = load + this.#sent - number
    const isAlone = inFlight === 1
    const calm = Math.max(1, this.#borne * CALM)
    const isRefusing = this.#refusedInARow >= REFUSING && this.#refusesAlone
    this.#refusedInARow += 1
    if (isAlone) this.#refusesAlone = true
    if (isAlone || refusals >= MAX_REFUSALS || (refusals > 1 && (inFlight <= calm || isRefusing))) {
      if (isRefusing) this.#threshold = Number.POSITIVE_INFINITY
      this.#raise(number)
      return undefined
    }
    if (isRefusing) return 0
    if (inFlight > this.#borne) {
      // What is in flight still is what it bears: it refuses at once, and answers later.
      this.#lower(Math.max(1, Math.min(this.#limit, this.#slots.taken - 1)), load / 2)
      return 0
    }
    // As many were borne before, so the question may be refused for what it is.
    if (number > this.#doubted) {
      this.#doubted = this.#sent
      this.#borne *= DOUBT
    }
    return BACKOFF * 2 ** (refusals - 1)
  }

  /** Hears of a question without an answer so far: it is lost where a later one was answered. */
  unanswered({ number }: InFlight): void {
    if (number > this.#answered || number <= this.#lowered) return
    this.#lowered = this.#sent
    if (this.#limit > LEAST_AFTER_LOSS) this.#lower(Math.max(LEAST_AFTER_LOSS, this.#limit * AFTER_LOSS), 0)
  }

  #entered(release: ReleaseSocket | undefined): InFlight | undefined {
    if (release === undefined) return undefined
    this.#sent += 1
    return { release, number: this.#sent, load: this.#slots.taken }
  }

  #lower(limit: number, threshold: number): void {
    this.#limit = limit
    this.#threshold = Math.max(limit, threshold)
    this.#slots.limit = Math.floor(limit)
  }

  #raise(number: number): void {
    if (number > this.#answered) this.#answered = number
    // A limit that is not reached says nothing about what the server bears.
    if (this.#limit >= MAX_LIMIT || this.#slots.taken * 2 < this.#limit) return
    this.#limit += this.#limit < this.#threshold ? 1 : SLOW / this.#limit
    const limit = Math.floor(this.#limit)
    if (limit !== this.#slots.limit) this.#slots.limit = limit
  }
}

/** The load of each server. */
export class ServerLoads {
  readonly #loads = new Map<string, ServerLoad>()

  of({ text }: NameServer): ServerLoad {
    const known = this.#loads.get(text)
    if (known !== undefined) return known
    if (this.#loads.size >= MAX_SERVERS) this.#forgetIdle()
    const load = new ServerLoad()
    this.#loads.set(text, load)
    return load
  }

  #forgetIdle(): void {
    for (const [text, load] of this.#loads) if (load.isIdle) this.#loads.delete(text)
  }
}

/** Share of one transaction in the load of its server: counted while in flight, and delayed when the server has too much to do. */
export class LoadShare {
  readonly #load: ServerLoad
  #inFlight: InFlight | undefined
  /** Refusals beside other questions. */
  #refusals = 0
  #refusal: ServerFault | undefined
  #isClosed = false

  constructor(load: ServerLoad) {
    this.#load = load
  }

  /** The refusal after which it waits for another turn. */
  get refusal(): ServerFault | undefined {
    return this.#refusal
  }

  /** Counts it among the questions in flight, if the server bears one more. */
  enterNow(): boolean {
    this.#inFlight ??= this.#load.enterNow()
    return this.#inFlight !== undefined
  }

  /** Counts it when it is its turn; `false` when the signal aborts first. */
  enter(signal: AbortSignal): Promise<boolean> {
    return this.#enter(signal, false)
  }

  /** Counts it once more after a refusal, before those that were not sent yet. */
  async enterAgain(delay: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
    if (delay > 0) await clock.sleep(delay, signal).catch(() => {})
    return this.#enter(signal, true)
  }

  /** Ends the waiting after a refusal. */
  resume(): void {
    this.#refusal = undefined
  }

  /** Does not count it any more. */
  leave(): void {
    this.#inFlight?.release()
    this.#inFlight = undefined
  }

  close(): void {
    this.#isClosed = true
    this.leave()
  }

  answered(): void {
    if (this.#inFlight !== undefined) this.#load.answered(this.#inFlight)
  }

  unanswered(): void {
    if (this.#inFlight === undefined) return
    this.#load.unanswered(this.#inFlight)
    // It may never be answered, and others wait.
    if (this.#load.isNarrow) this.leave()
  }

  /** Returns the milliseconds to wait after a refusal; `undefined` where the refusal is not about the load. */
  refused(refusal: ServerFault): number | undefined {
    if (this.#inFlight === undefined) return undefined
    this.#refusals += 1
    const delay = this.#load.refused(this.#inFlight, this.#refusals)
    if (delay === undefined) return undefined
    this.#refusal = refusal
    return delay
  }

  async #enter(signal: AbortSignal, again: boolean): Promise<boolean> {
    this.#inFlight = await this.#load.enter(signal, again)
    if (this.#isClosed) this.leave()
    return this.#inFlight !== undefined
  }
}
