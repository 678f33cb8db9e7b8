import { parseEndpoint, quoteText } from '@pstorage/discovery-core'
import { type BackendName, backendNames } from '../ask/backends.js'
import { closestWord } from './closest-word.js'
import type { OptionName } from './option-table.js'
import { UsageError } from './usage-error.js'

/** What timers can count, in seconds. */
const LONGEST_TIMEOUT = Math.floor((2 ** 31 - 1) / 1_000)

/** Reads seconds, such as `5`, `0.5` or `.5`, and gives milliseconds. */
export function parseSeconds(option: OptionName, text: string): number {
  const seconds = /^(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN
  if (seconds > 0 && seconds <= LONGEST_TIMEOUT) return seconds * 1_000
  throw invalid(option, text, `a number of seconds, more than 0 and at most ${LONGEST_TIMEOUT}, is needed`)
}

/** Reads a whole number from 1. */
export function parseCount(option: OptionName, text: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text)
  throw invalid(option, text, 'a whole number from 1 to 999999 is needed')
}

/** Reads a list of backends in order of preference, such as `dns,zeroconf`. */
export function parseBackends(text: string): readonly BackendName[] {
  const names = text.split(',').map((name) => oneOf('backend', name.trim(), backendNames))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw invalid('backend', text, `${twice} is named twice`)
  return names
}

/** Checks an `IP[:PORT]` of an option; the text stays as it is. */
export function checkedAddress(option: '-a' | '-b', text: string): string {
  // The message of the parser would show its password.
  if (text.includes(':/')) throw new UsageError(`${option} takes one IP[:PORT]; a share string stands for CLUSTER`)
  try {
    parseEndpoint(text)
    return text
  } catch (error) {
    throw new UsageError(`${option}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** Checks that a text is one of a few words. */
export function oneOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text)
  if (found !== undefined) return found
  const closest = closestWord(text, words)
  const meant = closest === undefined ? '' : `; did you mean ${closest}`
  throw invalid(option, text, `it is not one of ${words.join(', ')}${meant}`)
}

function invalid(option: string, text: string, reason: string): UsageError {
  return new UsageError(`--${option} ${quoteText(text, { maxLength: 80 })}: ${reason}`)
}
