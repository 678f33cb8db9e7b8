import { canonicalAddress } from '@pstorage/discovery-core'

/** What resolv.conf(5) says, as far as it matters to a stub resolver that asks below search domains only. */
export interface ResolvConf {
  /** Addresses as written; three are used, the rest is ignored as in the C library. */
  readonly nameservers: readonly string[]
  /** Search domains in order; `undefined` when the file does not speak of them, empty after `search .`. */
  readonly search: readonly string[] | undefined
  readonly options: ResolvConfOptions
}

/** The `options` of resolv.conf(5) and RES_OPTIONS. What is not set is absent. */
export interface ResolvConfOptions {
  /** Milliseconds to wait for a server before the next is asked. */
  readonly timeout?: number
  /** How often each server is asked. */
  readonly attempts?: number
  /** Servers take turns in being the first. */
  readonly rotate?: boolean
  /** TCP only. */
  readonly useVc?: boolean
  /** The AD bit of the servers is believed. */
  readonly trustAd?: boolean
  /** AAAA is not asked for. */
  readonly noAaaa?: boolean
  /** The file is not read again when it changes. */
  readonly noReload?: boolean
}

const MAX_NAMESERVERS = 3
// Like the C library: larger values are cut to these.
const MAX_TIMEOUT_SECONDS = 30
const MAX_ATTEMPTS = 5

/**
 * Reads resolv.conf(5). Lines that are not understood are skipped, as everybody who reads this file does.
 *
 * `ndots` has no effect here: our names are only ever asked below a search domain. Neither has `edns0`: EDNS is always tried.
 */
export function parseResolvConf(text: string): ResolvConf {
  const nameservers: string[] = []
  let search: readonly string[] | undefined
  let options: ResolvConfOptions = {}
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [keyword, ...values] = wordsOf(line)
    const [value] = values
    if (keyword === 'nameserver' && value !== undefined && canonicalAddress(value) !== undefined) {
      nameservers.push(value)
    }
    // `domain` and `search` exclude each other; the last one holds.
    if (keyword === 'domain' && value !== undefined) search = searchDomains([value])
    if (keyword === 'search' && value !== undefined) search = searchDomains(values)
    if (keyword === 'options') options = { ...options, ...parseResolvConfOptions(values) }
  }
  return { nameservers: nameservers.slice(0, MAX_NAMESERVERS), search, options }
}

/** Reads the words behind `options`, or those of RES_OPTIONS. */
export function parseResolvConfOptions(words: readonly string[]): ResolvConfOptions {
  let options: ResolvConfOptions = {}
  for (const word of words) {
    const [name, value = ''] = word.split(':', 2)
    const number = /^\d{1,9}$/.test(value) ? Number(value) : undefined
    if (name === 'timeout' && number !== undefined) {
      options = { ...options, timeout: Math.min(Math.max(number, 1), MAX_TIMEOUT_SECONDS) * 1_000 }
    }
    if (name === 'attempts' && number !== undefined) {
      options = { ...options, attempts: Math.min(Math.max(number, 1), MAX_ATTEMPTS) }
    }
    if (name === 'rotate') options = { ...options, rotate: true }
    if (name === 'use-vc') options = { ...options, useVc: true }
    if (name === 'trust-ad') options = { ...options, trustAd: true }
    if (name === 'no-aaaa') options = { ...options, noAaaa: true }
    if (name === 'no-reload') options = { ...options, noReload: true }
  }
  return options
}

/** Search domains without the root, below which our names are never asked. */
export function searchDomains(words: readonly string[]): readonly string[] {
  return words.filter((word) => word !== '.' && word !== '')
}

/** The words of a line without its comment. */
function wordsOf(line: string): readonly string[] {
  const [content = ''] = line.split(/[#;]/, 1)
  return content.split(/[ \t]+/).filter((word) => word !== '')
}
