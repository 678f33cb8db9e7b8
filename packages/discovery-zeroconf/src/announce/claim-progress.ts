import { RECORD_INTERVAL } from './answer-schedule.js'
import type { Claim } from './claim.js'

/** How far a claim has come on one link. Times are those of the clock, in milliseconds. */
export class ClaimProgress {
  claim: Claim
  phase: 'probing' | 'established' = 'probing'
  /** When the next probe is due, or when probing has succeeded, or when the next announcement is due. */
  dueAt: number
  /** How often it was probed since probing began. */
  probes = 0
  /** How often it was announced since it was last new. */
  announcements = 0
  /** Whether others on the link may have heard of it. */
  wasAnnounced = false

  constructor(claim: Claim, dueAt: number) {
    this.claim = claim
    this.dueAt = dueAt
  }

  /** Begins to probe, from the first probe on. */
  probe(dueAt: number): void {
    this.phase = 'probing'
    this.probes = 0
    this.dueAt = dueAt
  }

  /** Notes that a probe was sent. */
  probed(now: number): void {
    this.probes += 1
    this.dueAt = now + PROBE_INTERVAL
  }

  /** Whether all probes were sent, and nobody has answered the last one in time. */
  isUncontested(now: number): boolean {
    return this.phase === 'probing' && this.probes === PROBES && this.dueAt <= now
  }

  /** The name is ours; it is to be announced at once. */
  establish(now: number): void {
    this.phase = 'established'
    this.announce(now)
  }

  /** Begins to announce, from the first announcement on. */
  announce(dueAt: number): void {
    this.announcements = 0
    this.dueAt = dueAt
  }

  /** Notes that it was announced: three times, after one second and after two more. */
  announced(now: number): void {
    this.announcements += 1
    this.wasAnnounced = true
    const wait = RECORD_INTERVAL * 2 ** (this.announcements - 1)
    this.dueAt = this.announcements < ANNOUNCEMENTS ? now + wait : Number.POSITIVE_INFINITY
  }
}

/** RFC 6762 section 8.1: three probes, 250 ms apart, and 250 ms for the answer to the last. */
const PROBES = 3
const PROBE_INTERVAL = 250
/** RFC 6762 section 8.3: two to eight, the first two a second apart, and each wait at least twice as long as the one before. */
const ANNOUNCEMENTS = 3
