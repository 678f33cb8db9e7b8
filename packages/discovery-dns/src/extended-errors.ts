import { escapeText } from '@pstorage/discovery-core'
import type { EdnsOption, Message } from '@pstorage/dns-message'

/** EDE (RFC 8914 section 2). */
const EXTENDED_ERROR = 15
/** A reply may have any number of them; more are not read by anybody. */
const MAX_ERRORS = 4
/** Characters of the text of each. */
const MAX_TEXT = 200

/** By code: RFC 8914 section 4, RFC 9276 section 3.2 for 27, RFC 9250 section 4.5 for 26; the others as registered. */
const names = [
  'Other',
  'Unsupported DNSKEY Algorithm',
  'Unsupported DS Digest Type',
  'Stale Answer',
  'Forged Answer',
  'DNSSEC Indeterminate',
  'DNSSEC Bogus',
  'Signature Expired',
  'Signature Not Yet Valid',
  'DNSKEY Missing',
  'RRSIGs Missing',
  'No Zone Key Bit Set',
  'NSEC Missing',
  'Cached Error',
  'Not Ready',
  'Blocked',
  'Censored',
  'Filtered',
  'Prohibited',
  'Stale NXDOMAIN Answer',
  'Not Authoritative',
  'Not Supported',
  'No Reachable Authority',
  'Network Error',
  'Invalid Data',
  'Signature Expired before Valid',
  'Too Early',
  'Unsupported NSEC3 Iterations Value',
  'Unable to conform to policy',
  'Synthesized',
] as const

/**
 * What a server adds to its code, in one escaped line: `Prohibited`, or with its own words `Prohibited: ask the other one`.
 * `null` when it adds nothing. It explains and decides nothing (RFC 8914 section 1).
 */
export function extendedErrorsOf({ additionals }: Message): string | null {
  const errors: string[] = []
  for (const { data } of additionals) {
    if (data.kind !== 'OPT') continue
    for (const option of data.options) {
      if (option.code === EXTENDED_ERROR && option.data.length >= 2) errors.push(describe(option))
    }
  }
  if (errors.length === 0) return null
  const more = errors.length > MAX_ERRORS ? ['...'] : []
  return [...errors.slice(0, MAX_ERRORS), ...more].join('; ')
}

function describe({ data }: EdnsOption): string {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length)
  const code = bytes.readUInt16BE(0)
  const name = names[code] ?? `error ${code}`
  // Some end the text with a NUL, which RFC 8914 section 2 says to bear.
  const text = bytes.toString('utf8', 2).replace(/\0+$/, '')
  return text === '' ? name : `${name}: ${escapeText(text, { maxLength: MAX_TEXT })}`
}
