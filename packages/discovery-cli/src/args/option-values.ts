import { closestWord, parseEndpoint, quoteText } from '@pstorage/discovery-core'
import { type BackendName, backendNames } from '../context.js'
import { UsageError } from '../exit-codes.js'
import type { OptionName } from './option-table.js'

/** The longest time of a timer, in milliseconds. */
const LONGEST = 2 ** 31 - 1
const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

/** Parses a time, in seconds or with a unit, such as `5`, `.5`, `500ms`, `2m` or `1h`, and returns milliseconds. */
export function parseDuration(option: OptionName, text: string): number {
  const [, number, unit = 's'] = /^(\d+\.?\d*|\.\d+)(ms|s|m|h)?$/.exec(text) ?? []
  const milliseconds = Number(number) * units[unit as keyof typeof units] // one of those in the pattern
  if (milliseconds > 0 && milliseconds <= LONGEST) return milliseconds
  const most = Math.floor(LONGEST / 1_000)
  throw invalid(option, text, `must be a number of seconds above 0, at most ${most}, or with a unit: 500ms, 5s, 2m, 1h`)
}

/** Parses a whole number from 1. */
export function parseCount(option: OptionName, text: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text)
  throw invalid(option, text, 'must be a whole number from 1 to 999999')
}

/** Other names for the backends, which people type. */
const backendSynonyms: Readonly<Record<string, BackendName>> = {
  ...{ mdns: 'zeroconf', multicast: 'zeroconf', avahi: 'zeroconf', bonjour: 'zeroconf', 'dns-sd': 'zeroconf' },
  ...{ list: 'bootstrap', lists: 'bootstrap', file: 'bootstrap', 'bs-list': 'bootstrap', 'bs.list': 'bootstrap' },
  ...{ multicastdns: 'zeroconf', 'multicast-dns': 'zeroconf', resolv: 'dns', unicast: 'dns' },
  ...{ srv: 'dns', txt: 'dns', axfr: 'dns', 'resolv.conf': 'dns' },
}

/** Parses a list of backends in order of preference, such as `dns,zeroconf`. */
export function parseBackends(text: string): readonly BackendName[] {
  const names = text.split(',').map((part) => {
    const name = part.trim()
    return oneOf(
      'backend',
      name,
      backendNames,
      Object.hasOwn(backendSynonyms, name) ? backendSynonyms[name] : undefined,
    )
  })
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw invalid('backend', text, `${twice} is named twice`)
  return names
}

/** Checks an `IP[:PORT]` of an option; the text stays as it is. */
export function checkedAddress(option: '-a' | '-b', text: string): string {
  // The message of the parser would show its password.
  if (text.includes(':/')) throw new UsageError(`${option} takes one IP[:PORT]; give a share string as CLUSTER`)
  const likely = text.replaceAll('#', ':').split(',')
  if (likely.join() !== text || likely.length > 1) {
    const isMeant = likely.length <= MOST_SHOWN && likely.every(isEndpoint)
    const meant = isMeant ? `; did you mean ${likely.map((each) => `${option} ${each}`).join(' ')}` : ''
    throw new UsageError(
      `${option}: invalid endpoint ${quoteText(text, { maxLength: 80 })}: it is not one IP address${meant}`,
    )
  }
  try {
    parseEndpoint(text)
    return text
  } catch (error) {
    throw new UsageError(`${option}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** The most addresses to repeat in a message. */
const MOST_SHOWN = 4

function isEndpoint(text: string): boolean {
  try {
    parseEndpoint(text)
    return true
  } catch {
    return false
  }
}

/** Other words for the values of options; each counts where the option has the value. */
const wordSynonyms: Readonly<Record<string, readonly string[]>> = {
  ...{ yes: ['always'], on: ['always'], no: ['never'], off: ['never'], all: ['merge', 'any'], union: ['merge'] },
  ...{ jsonl: ['ndjson'], plain: ['text'], table: ['text'], list: ['bs-list'], 'bs.list': ['bs-list'], bind: ['zone'] },
  ...{ info: ['ok'], debug: ['ok'], critical: ['error'] },
}

/** Returns a text that is one of a few words. @throws UsageError for any other; `synonym` is the word that is likely meant */
export function oneOf<Word extends string>(option: string, text: string, words: readonly Word[], synonym?: Word): Word {
  const match = words.find((word) => word === text)
  if (match !== undefined) return match
  const lower = text.toLowerCase()
  const other = Object.hasOwn(wordSynonyms, lower) ? wordSynonyms[lower] : undefined
  const begun = text === '' ? [] : words.filter((word) => word.startsWith(lower))
  const closest =
    synonym ??
    words.find((word) => other?.includes(word)) ??
    (begun.length === 1 ? begun[0] : closestWord(lower, words))
  const meant = closest === undefined ? '' : `; did you mean ${closest}`
  throw invalid(option, text, `must be one of ${words.join(', ')}${meant}`)
}

function invalid(option: string, text: string, reason: string): UsageError {
  return new UsageError(`--${option} ${quoteText(text, { maxLength: 80 })}: ${reason}`)
}
