import type { Random } from '@pstorage/discovery-core'
import { type Octets, RecordClass, type ResourceRecord } from '@pstorage/dns-message'
import { CLASS_BITS, type RRset, rdataOf } from '../records/rrset.js'
import type { RegistrationState } from './registration.js'

/**
 * Decides a simultaneous probe: below 0 when this host wins the name, 0 when both say the same and may share it, above
 * 0 when the other host wins.
 *
 * @param ours all records that we would have of the name
 * @param theirs the records in the authority section of the other probe
 * @see RFC 6762 section 8.2.1
 */
export function compareProbes(ours: readonly RRset[], theirs: readonly ResourceRecord[]): number {
  const own = ours.flatMap(({ type, rdata }) => rdata.map((one) => sortKey(RecordClass.IN, type, one))).toSorted()
  const other = theirs.map(({ class: recordClass, type, data }) => {
    return sortKey(recordClass & CLASS_BITS, type, rdataOf(data))
  })
  for (const [index, key] of other.toSorted().entries()) {
    const mine = own[index]
    if (mine === undefined) return 1
    if (key !== mine) return key < mine ? -1 : 1
  }
  return other.length - own.length
}

/** Returns text that sorts, by the codes of its characters, as the records do: by class, then by type, then by data. */
function sortKey(recordClass: number, type: number, data: Octets): string {
  return String.fromCharCode(recordClass, type) + data
}

/** Milliseconds over which hosts that start at the same moment spread their first probes (RFC 6762 section 8.1). */
const PROBE_SPREAD = 250

/**
 * Returns the time of the first probe of a name: together with others that are about to be probed, since one message
 * holds many of them, and a single response that disputes many names must not cause probes and announcements for each.
 */
export function probeStart(others: Iterable<RegistrationState>, earliest: number, random: Random): number {
  for (const { phase, probes, dueAt } of others) {
    const isAboutTo = phase === 'probing' && probes === 0
    if (isAboutTo && dueAt >= earliest && dueAt <= earliest + PROBE_SPREAD) return dueAt
  }
  return earliest + random.below(PROBE_SPREAD + 1)
}

/**
 * Limits the rate of probing while another host disputes every name: after fifteen conflicts within ten seconds, each
 * further attempt waits five seconds, until ten seconds pass without a conflict.
 *
 * @see RFC 6762 section 8.1
 */
export class ConflictRate {
  /** The times of the latest conflicts, at most fifteen. */
  #latest: number[] = []
  #isSlow = false

  /** Adds a conflict. Returns true for the one that exceeds the limit. */
  note(now: number): boolean {
    const wasSlow = this.delay(now) > 0
    this.#latest = [...this.#latest, now].slice(-CONFLICTS)
    const [oldest = now] = this.#latest
    this.#isSlow = wasSlow || (this.#latest.length === CONFLICTS && now - oldest <= PERIOD)
    return this.#isSlow && !wasSlow
  }

  /** Returns the milliseconds to wait before a name is probed again. */
  delay(now: number): number {
    const last = this.#latest.at(-1)
    return this.#isSlow && last !== undefined && now - last <= PERIOD ? PAUSE : 0
  }
}

const CONFLICTS = 15
const PERIOD = 10_000
const PAUSE = 5_000
