import { domainToASCII, domainToUnicode } from 'node:url'
import { canonicalAddress, DiscoveryError, parseEndpoint, quoteText } from '@pstorage/discovery-core'
import { equalNames, type Name, nameToText } from '@pstorage/dns-message'
import { type IntendedDomains, intendedDomains } from './intended-domains.js'

/** Reason why a text cannot be a search domain, and the likely intention. */
export interface DomainFault {
  /** A phrase, escaped: `',' cannot stand in a domain`. */
  readonly reason: string
  /** The search domains that were likely meant, in ASCII; empty where that is not clear. */
  readonly domains: readonly string[]
  /** The name servers that were likely meant: `IP`, `IP:PORT` or `[IPv6]:PORT`. */
  readonly servers: readonly string[]
}

/** A domain, or the reason why it cannot be one. */
export type ReadDomain = { readonly name: Name } | { readonly reason: string }

const MAX_LABEL_OCTETS = 63
/** So many characters make 255 octets on the wire (RFC 1035 section 2.3.4). */
const MAX_CHARACTERS = 253

// RFC 1123 section 2.1, and "_", which stands in domains of Active Directory.
const labelRule = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/
const asciiCharacter = /^[A-Za-z0-9_.-]$/
// Those of U-labels (RFC 5892): letters, marks, digits, and the few signs that its appendix A lets stand between them.
const unicodeCharacter = /^[\p{L}\p{M}\p{Nd}\u00b7\u0375\u05f3\u05f4\u30fb\u200c\u200d]$/u
/** The full stops of East Asian input methods (RFC 5895 section 2). */
const fullStop = /[\u3002\uff0e\uff61]/g
const fullWidth = /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g
const A_LABEL = /(?:^|\.)xn--/i

/**
 * Reads the name of a search domain: labels of letters, digits, `-` and `_`. Labels with other letters (U-labels) become
 * A-labels: `bücher.test` is `xn--bcher-kva.test`.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for what cannot be one, an address and the root included; the message says
 * what may have been meant
 * @see RFC 1123 section 2.1, RFC 5891 section 5
 */
export function parseDomain(text: string): Name {
  const read = readDomain(text)
  if ('name' in read) return read.name
  throw invalid(text, read.reason, intended(text))
}

/**
 * Reads what stands in front of a domain, as in `_pstorage._tcp`.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`
 */
export function parseLabels(text: string): Name {
  const read = readLabels(text)
  if ('name' in read) return read.name
  throw invalid(text, read.reason, { domains: [], servers: [] })
}

/** Says why a text cannot be a search domain, and what may have been meant; `undefined` where it can be one. */
export function searchDomainFault(text: string): DomainFault | undefined {
  const read = readDomain(text)
  return 'name' in read ? undefined : { reason: read.reason, ...intended(text) }
}

/** Reads a search domain. */
export function readDomain(text: string): ReadDomain {
  if (typeof text === 'string' && isAddress(text)) return { reason: 'it is an address' }
  const read = readLabels(text)
  // RFC 1123 section 2.1: what ends so is taken for an IPv4 address, also in its short forms.
  const isNumber = 'name' in read && /^(?:[0-9]+|0x[0-9a-f]*)$/i.test(read.name.at(-1) ?? '')
  return isNumber ? { reason: 'its last label is a number' } : read
}

/** The text of a domain for people: that of {@link nameToText}, and with the letters that A-labels stand for. */
export function domainText(domain: Name): string {
  const text = nameToText(domain)
  if (!A_LABEL.test(text)) return text
  const unicode = domainToUnicode(text)
  // Only what is read as the same domain again is shown for it.
  const read = readLabels(unicode)
  return unicode !== text.toLowerCase() && 'name' in read && nameToText(read.name) === text.toLowerCase()
    ? `${unicode} (${text})`
    : text
}

function intended(text: unknown): IntendedDomains {
  return intendedDomains(text, (each) => {
    const read = readDomain(each)
    return 'name' in read ? read.name : undefined
  })
}

function readLabels(text: string): ReadDomain {
  if (typeof text !== 'string') return { reason: 'it is not a string' }
  if (text === '') return { reason: 'it is empty' }
  if (text === '.') return { reason: 'names are only asked below a domain, not at the root' }
  const wrong = [...text].find((each) => !isAllowed(each))
  if (wrong !== undefined) return { reason: `${quoteText(wrong)} cannot stand in a domain` }
  if (/^[\0-\x7f]*$/.test(text)) return readAscii(text)
  const dotted = text.replace(fullStop, '.')
  const ascii = domainToASCII(dotted)
  // It must not only be mapped to something (RFC 5895): what looks like another name is not taken for it.
  if (ascii === '' || domainToUnicode(ascii) !== mapped(dotted)) {
    return { reason: 'it is not an internationalized domain name (RFC 5891)' }
  }
  // Hyphens must not stand at the ends of U-labels either, which their A-labels do not show.
  const faulty = dotted.split('.').some((label) => label.startsWith('-') || label.endsWith('-'))
  return faulty ? { reason: HYPHEN } : readAscii(ascii)
}

const HYPHEN = 'a label begins or ends with "-"'

function readAscii(text: string): ReadDomain {
  const name = (text.endsWith('.') ? text.slice(0, -1) : text).split('.')
  for (const label of name) {
    if (label === '') return { reason: 'a label is empty: there is a dot too many' }
    if (label.length > MAX_LABEL_OCTETS) {
      return { reason: `a label has ${label.length} characters, and ${MAX_LABEL_OCTETS} is the most` }
    }
    if (!labelRule.test(label)) return { reason: HYPHEN }
  }
  const length = name.join('.').length
  return length > MAX_CHARACTERS
    ? { reason: `it has ${length} characters, and ${MAX_CHARACTERS} is the most` }
    : { name }
}

function isAllowed(character: string): boolean {
  return asciiCharacter.test(character) || (character > '\x7f' && isUnicodeAllowed(character))
}

function isUnicodeAllowed(character: string): boolean {
  return unicodeCharacter.test(character) || character.replace(fullStop, '.') === '.'
}

/** The mapping of RFC 5895: lower case, full width to ASCII, and composed characters. Letter by letter, for the sigma at the end. */
function mapped(text: string): string {
  const narrow = text.replace(fullWidth, (each) => String.fromCharCode(each.charCodeAt(0) - 0xfee0))
  return [...narrow]
    .map((each) => each.toLowerCase())
    .join('')
    .normalize('NFC')
}

function isAddress(text: string): boolean {
  if (canonicalAddress(text) !== undefined) return true
  try {
    parseEndpoint(text)
    return true
  } catch {
    return false
  }
}

function invalid(text: unknown, reason: string, { domains, servers }: IntendedDomains): DiscoveryError {
  const meant = [...domains, ...servers.map((server) => `the name server ${server}`)]
  const hint = meant.length === 0 ? '' : `; did you mean ${meant.join(' and ')}`
  const message = `invalid domain name ${quoteText(String(text), { maxLength: 80 })}: ${reason}${hint}`
  return new DiscoveryError('ERR_OPTION_INVALID', message)
}

/**
 * Reads the names of search domains, each once.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for what is not a domain name, and for the root
 */
export function parseDomains(texts: readonly string[]): readonly Name[] {
  const domains: Name[] = []
  for (const text of texts) {
    const domain = parseDomain(text)
    if (!domains.some((known) => equalNames(known, domain))) domains.push(domain)
  }
  return domains
}
