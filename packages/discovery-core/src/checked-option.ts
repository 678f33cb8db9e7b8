import { DiscoveryError } from './discovery-error.js'

/** What timers can count, in milliseconds. */
const LONGEST_TIME: number = 2 ** 31 - 1

/**
 * A number of milliseconds that timers can count.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`
 */
export function checkedTime(option: string, ms: number, least = 0): number {
  if (isTime(ms) && ms >= least) return ms
  throw invalid(option, `${least} to ${LONGEST_TIME} milliseconds`, ms)
}

/** Whether it is a number of milliseconds that timers can count. */
export function isTime(ms: unknown): ms is number {
  return typeof ms === 'number' && ms >= 0 && ms <= LONGEST_TIME
}

/**
 * A whole number that is not too small.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`
 */
export function checkedCount(option: string, count: number, least = 1): number {
  if (Number.isSafeInteger(count) && count >= least) return count
  throw invalid(option, `a whole number from ${least}`, count)
}

function invalid(option: string, rule: string, value: unknown): DiscoveryError {
  return new DiscoveryError('ERR_OPTION_INVALID', `${option} must be ${rule}: ${String(value)}`)
}
