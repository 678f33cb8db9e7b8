import type { Told } from './record-cache.js'

/**
 * When a record has to be asked for again, in milliseconds of the clock: at 80, 85, 90 and 95 per cent of its lifetime, and
 * several times when there is a doubt about it.
 *
 * @param jitter a share of the lifetime, up to 0.02, by which hosts differ that heard the record at the same moment
 * @see RFC 6762 sections 5.2 and 10.4
 */
export function refreshTimes({ record, heardAt, expiresAt, doubtedAt }: Told, jitter: number): readonly number[] {
  const lifetime = record.ttl * 1_000
  const regular = SHARES.map((share) => heardAt + Math.ceil(lifetime * (share + jitter)))
  const doubtful = doubtedAt === undefined ? [] : DOUBT_DELAYS.map((delay) => doubtedAt + delay)
  return [...doubtful, ...regular].filter((time) => time < expiresAt)
}

const SHARES = [0.8, 0.85, 0.9, 0.95]
/**
 * No responder tells a record twice within a second, so whoever spoke just before a doubt answers the second time; and in a
 * storm, answers are lost.
 */
const DOUBT_DELAYS = [20, 1_100, 3_000, 6_000, 9_000]
