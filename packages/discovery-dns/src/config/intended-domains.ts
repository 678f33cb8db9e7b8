import { canonicalAddress, DiscoveryError, editDistance, formatEndpoint, parseEndpoint } from '@pstorage/discovery-core'
import { equalNames, type Name, nameToText } from '@pstorage/dns-message'
import { DNS_PORT } from './name-server.js'

/** Likely intention behind an invalid search domain. */
export interface IntendedDomains {
  /** In ASCII. */
  readonly domains: readonly string[]
  /** `IP`, `IP:PORT` or `[IPv6]:PORT`. */
  readonly servers: readonly string[]
}

/** A hint is worth no more. */
const [MOST_WORDS, LONGEST_TEXT] = [10, 1_000]
const NOTHING: IntendedDomains = { domains: [], servers: [] }

/** Quotation marks of shells and of word processors, and brackets. */
const quotes = /["'`\u2018-\u201f\u00ab\u00bb(){}]/g
/** Separators of the domains of a list. */
const separators = /[\s,;|]+/
/** Keywords of resolv.conf and other settings, which were pasted along. */
const keyword = /^(?:search|domains?|nameservers?|options?|~?\.)$/i
const assignment = /^-*[a-z_]+=/i
const scheme = /^[a-z][a-z0-9+.-]*:\/+/i
/** Dashes that word processors put where a name has the ASCII minus. */
const typographicDash = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g

/**
 * Finds the domains, and the name servers, in a text that was given for one search domain: a list, a URL, an e-mail address,
 * a domain with a port or in quotes. Nothing where a word of it stays unclear: a part of what was meant is not proposed.
 *
 * @param read a domain; `undefined` for what cannot be one
 */
export function intendedDomains(text: unknown, read: (text: string) => Name | undefined): IntendedDomains {
  if (typeof text !== 'string' || text.length > LONGEST_TEXT) return NOTHING
  const words = text
    .replace(quotes, ' ')
    .split(separators)
    .filter((word) => word !== '' && !keyword.test(word))
  if (words.length > MOST_WORDS) return NOTHING
  const domains = new Set<string>()
  const servers = new Set<string>()
  for (const word of words) {
    const host = hostOf(word)
    const server = serverOf(host)
    const domain = server === undefined ? read(domainPart(host)) : undefined
    if (server !== undefined) servers.add(server)
    else if (domain !== undefined) domains.add(nameToText(domain))
    else return NOTHING
  }
  return { domains: [...domains], servers: [...servers] }
}

/** The part of a URL, an e-mail address or an assignment that names a host. */
function hostOf(word: string): string {
  return word
    .replace(assignment, '')
    .replace(scheme, '')
    .replace(/(?:[/?#].*|\\+)$/, '')
    .replace(/^.*@/, '')
}

function serverOf(host: string): string | undefined {
  const bare = canonicalAddress(host.replace(/^\[([^\]]*)\]$/, '$1'))
  if (bare !== undefined) return bare
  try {
    return formatEndpoint(parseEndpoint(host, { defaultPort: DNS_PORT }))
  } catch (error) {
    if (!DiscoveryError.isInstance(error)) throw error
    return undefined
  }
}

function domainPart(host: string): string {
  return host
    .replace(/:\d*$/, '')
    .replace(typographicDash, '-')
    .replace(/^[~*!.]+/, '')
    .replace(/\.{2,}/g, '.')
}

/** More differences than this are another domain, not a slip of the finger. */
const MOST_DIFFERENCES = 2
/** One difference for so many characters. */
const CHARACTERS_A_DIFFERENCE = 4

/** The one of `others` that a misspelled domain most likely means, or `undefined` when none is near. */
export function closestDomain(domain: Name, others: readonly Name[]): Name | undefined {
  let closest: Name | undefined
  let fewest = Number.POSITIVE_INFINITY
  for (const other of others) {
    const count = differences(domain, other)
    if (count === undefined || count >= fewest) continue
    closest = other
    fewest = count
  }
  return closest
}

/** Returns the number of differences that make one domain the misspelling of another; `undefined` where it is none. */
function differences(domain: Name, other: Name): number | undefined {
  if (equalNames(domain, other)) return undefined
  const [text, otherText] = [textOf(domain), textOf(other)]
  const shorter = Math.min(text.length, otherText.length)
  const most = Math.min(MOST_DIFFERENCES, Math.floor(shorter / CHARACTERS_A_DIFFERENCE))
  if (Math.abs(text.length - otherText.length) > most) return undefined
  // A label of which nothing is left is another word: a.test is no slip for b.test.
  const isOtherWord =
    domain.length === other.length &&
    domain.some((label, index) => {
      const otherLabel = other[index] as string // the names have as many labels
      return editDistance(label.toLowerCase(), otherLabel.toLowerCase()) >= Math.min(label.length, otherLabel.length)
    })
  if (isOtherWord) return undefined
  const count = editDistance(text, otherText)
  return count > most ? undefined : count
}

function textOf(name: Name): string {
  return nameToText(name).toLowerCase()
}
