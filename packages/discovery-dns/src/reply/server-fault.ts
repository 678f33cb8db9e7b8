import { escapeText } from '@pstorage/discovery-core'
import {
  type EdnsOption,
  equalNames,
  type Message,
  RecordClass,
  RecordType,
  type ResourceRecord,
  ResponseCode,
  responseCode,
  responseCodeName,
} from '@pstorage/dns-message'
import type { NameServer } from '../config/name-server.js'
import type { FaultStatus, TcpError } from '../transport/tcp-transport.js'

/** Reason why one server gave no answer to a query. */
export interface ServerFault {
  readonly server: NameServer
  readonly status: FaultStatus
  /** `REFUSED`, `SERVFAIL`, `ECONNREFUSED`, `ETIMEDOUT`, ... */
  readonly code: string
  /** A phrase without the server, such as `said REFUSED (Prohibited)`. */
  readonly reason: string
}

// What a server has said tells more than what it has not.
const significance: readonly ServerFault['status'][] = [
  'refused',
  'failed',
  'malformed',
  'unavailable',
  'unreachable',
  'timeout',
]

/** The fault that tells most, of several. */
export function worstFault(faults: readonly ServerFault[]): ServerFault | undefined {
  return faults.toSorted((a, b) => significance.indexOf(a.status) - significance.indexOf(b.status))[0]
}

/** All faults in one line: `127.0.0.1:53 said REFUSED; [::1]:53 gave no answer`. */
export function describeFaults(faults: readonly ServerFault[]): string {
  return faults.map(({ server, reason }) => `${server.text} ${reason}`).join('; ')
}

/** The fault that a reply is, or `undefined` when it answers the question (also with "there is nothing"). */
export function faultOfReply(server: NameServer, message: Message): ServerFault | undefined {
  const fault = plainFault(server, message)
  if (fault === undefined) return undefined
  const errors = extendedErrorsOf(message)
  return errors === null ? fault : { ...fault, reason: `${fault.reason} (${errors})` }
}

function plainFault(server: NameServer, message: Message): ServerFault | undefined {
  const rcode = responseCode(message)
  const code = responseCodeName(rcode)
  if (rcode === ResponseCode.REFUSED || rcode === ResponseCode.NOTAUTH) {
    return { server, status: 'refused', code, reason: `said ${code}` }
  }
  if (rcode !== ResponseCode.NOERROR && rcode !== ResponseCode.NXDOMAIN) {
    return { server, status: 'failed', code, reason: `said ${code}` }
  }
  if (isLame(message)) {
    return {
      server,
      status: 'failed',
      code: 'LAME',
      reason: 'is not authoritative for this zone and does not ask others',
    }
  }
  if (isBesideThePoint(message)) {
    return { server, status: 'malformed', code: 'EBADREPLY', reason: 'answered with records that were not asked for' }
  }
  return undefined
}

/**
 * A server that neither has the zone nor asks others for it, or that refers to others (NS without SOA: RFC 2308 section 2.2):
 * what it does not say means nothing.
 */
function isLame({ header, answers, authorities }: Message): boolean {
  if (answers.length > 0) return false
  if (!header.authoritative && !header.recursionAvailable) return true
  if (authorities.some(({ type }) => type === RecordType.SOA)) return false
  return authorities.some(({ type }) => type === RecordType.NS)
}

/**
 * An answer with other records than those asked for, or with those in the wrong section, says neither what there is nor
 * that there is nothing; a captive portal that answers everything with its own address is one.
 */
function isBesideThePoint({ header, questions: [question], answers, authorities, additionals }: Message): boolean {
  if (header.rcode !== ResponseCode.NOERROR || question === undefined) return false
  const isAsked = ({ name, type, class: recordClass }: ResourceRecord): boolean =>
    type === question.type && recordClass === RecordClass.IN && equalNames(name, question.name)
  const isAlias = ({ name, type, class: recordClass }: ResourceRecord): boolean =>
    type === RecordType.CNAME && recordClass === RecordClass.IN && equalNames(name, question.name)
  if (answers.length === 0) return authorities.some(isAsked) || additionals.some(isAsked)
  if (answers.some(isAsked) || answers.some(isAlias)) return false
  return !authorities.some(({ type }) => type === RecordType.SOA)
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
  'EINVAL',
  'EPIPE',
])

/** The fault that a system error of a socket is. */
export function faultOfError(server: NameServer, error: unknown, what = 'cannot be reached'): ServerFault {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO'
  const status = code === 'ETIMEDOUT' ? 'timeout' : unreachable.has(code) ? 'unreachable' : 'failed'
  return { server, status, code, reason: `${what}: ${code}` }
}

/** The fault that the end of a conversation is. */
export function faultOfTcpError(server: NameServer, error: TcpError): ServerFault {
  const { code, message: reason } = error
  const status = error.status ?? (code === 'ECLOSED' ? 'failed' : faultOfError(server, error).status)
  return { server, status, code, reason }
}

/** EDE (RFC 8914 section 2). */
const EXTENDED_ERROR = 15
/** A reply may have any number of them; more are not read. */
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
 * Returns what a server adds to its code, in one escaped line: `Prohibited`, or with its own words `Prohibited: ask the other one`.
 * `null` when it adds nothing.
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

/** Gives the codes of the extended errors (RFC 8914) of a reply. */
export function extendedErrorCodesOf({ additionals }: Message): readonly number[] {
  const codes: number[] = []
  for (const { data } of additionals) {
    if (data.kind !== 'OPT') continue
    for (const { code, data: text } of data.options) {
      if (code === EXTENDED_ERROR && text.length >= 2) codes.push(((text[0] as number) << 8) | (text[1] as number))
    }
  }
  return codes
}

function describe({ data }: EdnsOption): string {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length)
  const code = bytes.readUInt16BE(0)
  const name = names[code] ?? `error ${code}`
  // Some end the text with a NUL, which RFC 8914 section 2 says to bear.
  const text = bytes.toString('utf8', 2).replace(/\0+$/, '')
  return text === '' ? name : `${name}: ${escapeText(text, { maxLength: MAX_TEXT })}`
}
