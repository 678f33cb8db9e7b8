import { canonicalAddress, closestWord } from '@pstorage/discovery-core'

/** The part of resolv.conf(5) that matters to a stub resolver for names below search domains. */
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
  /** Number of queries to each server. */
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

/** The C library uses no more. */
export const MAX_NAMESERVERS = 3
// Like the C library: larger values are cut to these.
const MAX_TIMEOUT_SECONDS = 30
const MAX_ATTEMPTS = 5

/** A word of the file. */
export interface LocatedWord {
  /** As it stands there. */
  readonly text: string
  /** From 1. */
  readonly line: number
}

/** A word that cannot be used, and that may have named a server or a domain. */
export interface UnusableWord extends LocatedWord {
  readonly about: 'servers' | 'domains'
  /** A phrase: `is no IP address`. */
  readonly reason: string
}

/** resolv.conf(5) with the lines on which its words stand, and with those that cannot be used. */
export interface LocatedResolvConf {
  /** All of them, in order. */
  readonly nameservers: readonly LocatedWord[]
  /** Not checked. `undefined` where the file does not speak of search domains. */
  readonly search: readonly LocatedWord[] | undefined
  readonly options: ResolvConfOptions
  /** In the order of the file. */
  readonly unusable: readonly UnusableWord[]
}

/**
 * Reads resolv.conf(5). Lines that are not understood are skipped, as all readers of this file do.
 *
 * `ndots` has no effect here: our names are only ever asked below a search domain. Neither has `edns0`: EDNS is always tried.
 */
export function parseResolvConf(text: string): ResolvConf {
  const { nameservers, search, options } = locateResolvConf(text)
  return {
    nameservers: nameservers.slice(0, MAX_NAMESERVERS).map((word) => word.text),
    search: search === undefined ? undefined : searchDomains(search.map((word) => word.text)),
    options,
  }
}

/** Reads resolv.conf(5), and tells of each word where it stands. */
export function locateResolvConf(text: string): LocatedResolvConf {
  const nameservers: LocatedWord[] = []
  const unusable: UnusableWord[] = []
  let search: readonly LocatedWord[] | undefined
  let extra: readonly UnusableWord[] = []
  let options: ResolvConfOptions = {}
  for (const [index, content] of text.split(/\r\n|\n|\r/).entries()) {
    const [keyword, ...values] = wordsOf(content)
    if (keyword === undefined) continue
    const line = index + 1
    const [value] = values
    if (keyword === 'nameserver') {
      if (value === undefined) unusable.push({ text: keyword, line, about: 'servers', reason: 'has no address' })
      else if (canonicalAddress(value) !== undefined) nameservers.push({ text: value, line })
      else unusable.push({ text: value, line, about: 'servers', reason: 'is no IP address' })
    } else if (keyword === 'domain' || keyword === 'search') {
      if (value === undefined) continue
      // They exclude each other; the last one holds.
      const words = values.map((word) => ({ text: word, line }))
      search = keyword === 'search' ? words : words.slice(0, 1)
      // Some readers take the rest of such a line for search domains, others do not.
      extra = words.slice(search.length).map((word) => ({ ...word, about: 'domains', reason: BEHIND_DOMAIN }))
    } else if (keyword === 'options') options = { ...options, ...parseResolvConfOptions(values) }
    else unusable.push(...misspelled(keyword, line))
  }
  return { nameservers, search, options, unusable: [...unusable, ...extra].toSorted((a, b) => a.line - b.line) }
}

const BEHIND_DOMAIN = 'stands behind the one name that "domain" takes; "search" takes several'
const keywords = ['nameserver', 'search', 'domain'] as const

/** A keyword that is none, and was likely meant to be one of those that count: other words are left to other programs. */
function misspelled(keyword: string, line: number): readonly UnusableWord[] {
  const word = keyword.toLowerCase()
  const meant = keywords.find((known) => word.startsWith(known)) ?? closestWord(word, keywords)
  // Where there are zeros or other rubbish, a part of the file was lost.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are looked for
  const isRubbish = /[\0-\x1f\x7f\ufffd]/.test(keyword)
  if (meant === undefined && !isRubbish) return []
  const reason = meant === undefined ? 'is rubbish' : `is no keyword; did you mean "${meant}"`
  const about: readonly UnusableWord['about'][] =
    meant === undefined ? ['servers', 'domains'] : [meant === 'nameserver' ? 'servers' : 'domains']
  return about.map((each) => ({ text: keyword, line, about: each, reason }))
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
function searchDomains(words: readonly string[]): readonly string[] {
  return words.filter((word) => word !== '.' && word !== '')
}

/** The words of a line without its comment, which begins at the start of a word: `127.0.0.1#5353` is none. */
function wordsOf(line: string): readonly string[] {
  const [content = ''] = line.split(/(?<![^ \t])[#;]/, 1)
  return content.split(/[ \t]+/).filter((word) => word !== '')
}
