import type { Random } from '@pstorage/discovery-core'
import type { ClaimProgress } from './claim-progress.js'

/** Hosts that start at the same moment should not all probe at the same moment (RFC 6762 section 8.1). Milliseconds. */
const PROBE_SPREAD = 250

/**
 * When a name is probed first: with others that are about to be, since one message holds many of them, and a single response
 * that disputes many names must not make us send probes and announcements for each.
 */
export function probeStart(others: Iterable<ClaimProgress>, earliest: number, random: Random): number {
  for (const { phase, probes, dueAt } of others) {
    const isAboutTo = phase === 'probing' && probes === 0
    if (isAboutTo && dueAt >= earliest && dueAt <= earliest + PROBE_SPREAD) return dueAt
  }
  return earliest + random.below(PROBE_SPREAD + 1)
}
