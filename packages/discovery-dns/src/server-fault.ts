import type { AttemptStatus } from '@pstorage/discovery-core'
import {
  equalNames,
  type Message,
  RecordClass,
  RecordType,
  type ResourceRecord,
  ResponseCode,
  responseCode,
  responseCodeName,
} from '@pstorage/dns-message'
import { extendedErrorsOf } from './extended-errors.js'
import type { NameServer } from './name-server.js'
import type { TcpError } from './tcp-conversation.js'

/** Why one server gave no answer to a question. */
export interface ServerFault {
  readonly server: NameServer
  readonly status: Extract<AttemptStatus, 'refused' | 'failed' | 'malformed' | 'unreachable' | 'timeout'>
  /** `REFUSED`, `SERVFAIL`, `ECONNREFUSED`, `ETIMEDOUT`, ... */
  readonly code: string
  /** A phrase without the server, such as `said REFUSED (Prohibited)`. */
  readonly reason: string
}

// What a server has said tells more than what it has not.
const significance: readonly ServerFault['status'][] = ['refused', 'failed', 'malformed', 'unreachable', 'timeout']

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
    return { server, status: 'failed', code: 'LAME', reason: 'knows nothing of this zone and only refers to others' }
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
  if (header.rcode !== ResponseCode.NOERROR || answers.length > 0) return false
  if (authorities.some(({ type }) => type === RecordType.SOA)) return false
  const refers = authorities.some(({ type }) => type === RecordType.NS)
  return refers || (!header.authoritative && !header.recursionAvailable)
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
