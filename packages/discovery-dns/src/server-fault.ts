import type { AttemptStatus } from '@pstorage/discovery-core'
import { type Message, RecordType, ResponseCode, responseCode, responseCodeName } from '@pstorage/dns-message'
import type { NameServer } from './name-server.js'

/** Why one server gave no answer to a question. */
export interface ServerFault {
  readonly server: NameServer
  readonly status: Extract<AttemptStatus, 'refused' | 'failed' | 'malformed' | 'unreachable' | 'timeout'>
  /** `REFUSED`, `SERVFAIL`, `ECONNREFUSED`, `ETIMEDOUT`, ... */
  readonly code: string
  /** A phrase without the server, such as `said REFUSED`. */
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
  return undefined
}

/** A server that neither has the zone nor asks others for it: what it does not say means nothing. */
function isLame({ header, answers, authorities }: Message): boolean {
  if (header.authoritative || header.recursionAvailable || header.rcode !== ResponseCode.NOERROR) return false
  return answers.length === 0 && !authorities.some(({ type }) => type === RecordType.SOA)
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
