import { DiscoveryError, quoteText } from '@pstorage/discovery-core'

/** A limit as given: a whole number from 1 on, or `Infinity`. */
export function checkedLimit(name: string, value: number): number {
  if (value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && value >= 1)) return value
  throw new DiscoveryError('ERR_OPTION_INVALID', `${name} must be a whole number from 1 on, or Infinity: ${value}`)
}

/** A port as given. */
export function checkedPort(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 65_535) return value
  throw new DiscoveryError('ERR_OPTION_INVALID', `${name} must be a port from 1 to 65535: ${value}`)
}

/** A time between two looks as given: in milliseconds, no more than timers can count. */
export function checkedInterval(name: string, value: number): number {
  if (typeof value === 'number' && value >= 1 && value <= longestInterval) return value
  throw new DiscoveryError('ERR_OPTION_INVALID', `${name} must be 1 to ${longestInterval} milliseconds: ${value}`)
}

const longestInterval = 2 ** 31 - 1

/** One of several words as given. */
export function checkedChoice<Choice extends string>(name: string, value: Choice, choices: readonly Choice[]): Choice {
  if (choices.includes(value)) return value
  const words = choices.map((choice) => quoteText(choice)).join(' or ')
  throw new DiscoveryError('ERR_OPTION_INVALID', `${name} must be ${words}: ${quoteText(String(value))}`)
}
