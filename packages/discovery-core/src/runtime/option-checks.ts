import { DiscoveryError } from './discovery-error.js'
import { closestWord, quoteText } from './text.js'

/** The longest time of a timer, in milliseconds. */
const LONGEST_TIME: number = 2 ** 31 - 1

/**
 * Returns a number of milliseconds that timers can count.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`
 */
export function checkedTime(option: string, ms: number, least = 0): number {
  if (isTime(ms) && ms >= least) return ms
  throw invalid(option, `${least} to ${LONGEST_TIME} milliseconds`, ms)
}

/** Returns true for a number of milliseconds that timers can count. */
export function isTime(ms: unknown): ms is number {
  return typeof ms === 'number' && ms >= 0 && ms <= LONGEST_TIME
}

/**
 * Returns a whole number that is not too small.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`
 */
export function checkedCount(option: string, count: number, least = 1): number {
  if (Number.isSafeInteger(count) && count >= least) return count
  throw invalid(option, `a whole number from ${least}`, count)
}

/**
 * Returns a port.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`
 */
export function checkedPort(option: string, port: number): number {
  if (isPort(port)) return port
  throw invalid(option, 'a port from 1 to 65535', port)
}

/** Returns true for a port on which something can listen: a whole number from 1 to 65535. */
export function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535
}

/**
 * Checks the names of options, and that lists are lists. An option that is misspelled would have no effect, and that would go unnoticed.
 *
 * @param owner the function that takes them, for messages
 * @param known every option: `list` for one that takes a list
 * @throws DiscoveryError `ERR_OPTION_INVALID`, with the option that was likely meant
 */
export function checkOptionNames<Options extends object>(
  owner: string,
  options: Options,
  known: Readonly<Record<keyof Options, 'list' | 'other'>>,
): void {
  if (typeof options !== 'object' || options === null) {
    throw new DiscoveryError('ERR_OPTION_INVALID', `${owner} takes an object of options: ${quoteText(String(options))}`)
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(known, name)) {
      const closest = closestWord(name, Object.keys(known))
      const meant = closest === undefined ? '' : `; did you mean ${closest}`
      const message = `${owner} has no option ${quoteText(name, { maxLength: 80 })}${meant}`
      throw new DiscoveryError('ERR_OPTION_INVALID', message)
    }
    if (known[name as keyof Options] === 'list' && value !== undefined && !Array.isArray(value)) {
      const shown = typeof value === 'string' ? `; did you mean [${quoteText(value, { maxLength: 80 })}]` : ''
      throw new DiscoveryError('ERR_OPTION_INVALID', `${name} of ${owner} must be a list${shown}`)
    }
  }
}

function invalid(option: string, rule: string, value: unknown): DiscoveryError {
  return new DiscoveryError('ERR_OPTION_INVALID', `${option} must be ${rule}: ${String(value)}`)
}
