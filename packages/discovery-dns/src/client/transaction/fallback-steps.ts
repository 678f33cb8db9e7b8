import { type Clock, startTimer } from '@pstorage/discovery-core'
import type { KnownStep } from './fallback-memory.js'

/** Milliseconds of silence after which TCP is tried beside UDP. */
const SILENCE = 700
/** Milliseconds of silence between further steps. */
const INTERVAL = 350
/** Milliseconds that TCP gets where a reply over UDP may be forged, before less is demanded over UDP. */
const TCP_PATIENCE = 1_000
/** Milliseconds until a step is taken that this server has needed before. */
const KNOWN = 50
/** Milliseconds for which a denial waits where a better one may still come. */
const HOLD = 1_000
/** Milliseconds that all of this takes. */
const WHOLE = SILENCE + 2 * INTERVAL + HOLD
/** Least factor by which the steps come sooner where there is less time. */
const LEAST_SCALE = 0.3

/** Another way to ask, beside what was sent before. */
export type FallbackStep = 'tcp' | 'no-cookie' | 'no-edns'

/** The cause of a step: what came instead of an answer. */
export type FallbackReason = keyof typeof causes

const causes = {
  silence: 'as there was no answer',
  'wrong-cookie': 'after a reply with another cookie',
  'missing-cookie': 'after a reply without its cookie',
  'bad-cookie': 'after BADCOOKIE',
  unreadable: 'after an unreadable reply',
  flood: 'after a flood of other replies',
} as const

const ways: Readonly<Record<FallbackStep, string>> = {
  tcp: 'by TCP',
  'no-cookie': 'without a cookie',
  'no-edns': 'without EDNS',
}

/** Describes a step in a phrase: `by TCP after an unreadable reply`. */
export function describeStep(step: FallbackStep, reason: FallbackReason): string {
  return `${ways[step]} ${causes[reason]}`
}

/** The conditions under which one server is asked. */
export interface FallbackPlan {
  readonly clock: Clock
  /** Milliseconds until the server is not asked any more; may be infinite. */
  readonly time: number
  /** The steps that there are, in order. */
  readonly steps: readonly FallbackStep[]
  /** One that this server has needed before. */
  readonly known: KnownStep | undefined
}

/** The one who asks. */
export interface FallbackHost {
  /** True if replies are being forged, so that nothing may be given up that protects against them. */
  readonly isAttacked: boolean
  takeStep(step: FallbackStep, reason: FallbackReason): void
}

/**
 * Decides when a server that gives no usable answer is asked in another way: by TCP, where replies cannot be forged, then
 * without a cookie, then without EDNS. Each step is taken as soon as a reply shows that the one before does not help, and
 * after some silence otherwise.
 */
export class FallbackSteps {
  readonly #plan: FallbackPlan
  readonly #host: FallbackHost
  /** Factor by which the steps come sooner where there is little time. */
  readonly #scale: number
  /** Those that are left. */
  #steps: readonly FallbackStep[]
  #current: FallbackStep | undefined
  #reason: FallbackReason = 'silence'
  #stopTimer: (() => void) | undefined
  #stopHold: (() => void) | undefined

  constructor(plan: FallbackPlan, host: FallbackHost) {
    this.#plan = plan
    this.#host = host
    this.#scale = Math.min(1, Math.max(LEAST_SCALE, plan.time / WHOLE))
    this.#steps = plan.steps
  }

  /** Returns whether the silence has to be counted from the first query on. */
  get isUrgent(): boolean {
    return this.#scale < 1 || this.#plan.known !== undefined
  }

  /**
   * Begins to count the silence, if that is not counted already.
   *
   * @param waited milliseconds of it that have passed
   */
  start(waited = 0): void {
    const { known } = this.#plan
    if (this.#stopTimer !== undefined || this.#steps.length === 0) return
    if (known !== undefined && this.#steps.includes(known)) this.#wait(KNOWN, () => this.#takeKnown(known))
    else this.#waitInSilence(waited)
  }

  /** Does not count the silence until the next start. */
  pause(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }

  /** Takes no further step. */
  stop(): void {
    this.pause()
    this.#stopHold?.()
    this.#steps = []
  }

  /**
   * Hears of a reply that is of no use, and says whether that leads to a step.
   *
   * @param step the step that it is a reply to; `undefined` for what was sent first
   */
  unusable(reason: FallbackReason, step: FallbackStep | undefined): boolean {
    // Another one to what was sent before the current step shows nothing new.
    if (step !== this.#current) return false
    this.#reason = reason
    return this.#next()
  }

  /** Hears that TCP does not help. */
  tcpFailed(): void {
    if (this.#current === 'tcp') this.#next()
  }

  /** Calls back after the time for which a denial waits, unless it waits already. */
  hold(then: () => void): void {
    this.#stopHold ??= startTimer(this.#plan.clock, HOLD * this.#scale, then)
  }

  #takeKnown(known: KnownStep): void {
    this.#steps = this.#steps.filter((step) => step !== known)
    if (known === 'tcp') this.#current = known
    this.#waitInSilence()
    this.#host.takeStep(known, 'silence')
  }

  #waitInSilence(waited = 0): void {
    // A step that is the only one, as over TCP alone, comes as late as the last of several.
    const silence = this.#plan.steps.length === 1 ? SILENCE + 2 * INTERVAL : SILENCE
    this.#wait(Math.max(0, silence - waited), () => this.#next())
  }

  #next(): boolean {
    const [step, ...others] = this.#steps
    if (step === undefined) return false
    this.#stopTimer?.()
    if (step !== 'tcp' && this.#host.isAttacked) return false
    this.#steps = others
    this.#current = step
    // TCP is waited for where a reply may be forged: giving up what protects is what a forger wants.
    if (others.length > 0) {
      this.#wait(step === 'tcp' && this.#reason !== 'silence' ? TCP_PATIENCE : INTERVAL, () => this.#next())
    }
    this.#host.takeStep(step, this.#reason)
    return true
  }

  #wait(ms: number, then: () => void): void {
    this.#stopTimer?.()
    this.#stopTimer = startTimer(this.#plan.clock, ms * this.#scale, then)
  }
}
