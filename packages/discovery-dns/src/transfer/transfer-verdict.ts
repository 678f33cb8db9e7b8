import type { AttemptError, AttemptStatus, ServerAttempt } from '@pstorage/discovery-core'
import { type Name, nameToText } from '@pstorage/dns-message'
import type { NameServer } from '../config/name-server.js'
import { missingDomain } from '../lookup/find-zone.js'
import { failedLookup } from '../lookup/lookup.js'
import { describeFaults, type ServerFault } from '../reply/server-fault.js'
import type { TransferNames } from './names/transfer-names.js'

/** A complete transfer from one server. */
export interface WholeTransfer {
  readonly server: NameServer
  readonly names: TransferNames
}

/** Result of the transfer from one server. */
export type ServerTransfer = WholeTransfer | { readonly server: NameServer; readonly fault: ServerFault }

/** All transfers of one zone. */
export interface TransferEvidence {
  readonly domain: Name
  readonly apex: Name
  /** The configured servers, the preferred ones first. */
  readonly listed: readonly NameServer[]
  /** Transfers from these. */
  readonly configured: readonly ServerTransfer[]
  /** Transfers from servers that the zone itself names (NS). */
  readonly authoritative: readonly ServerTransfer[]
  /** Servers that are listed before the one that named the zone, and have not said which one it is, with what was wrong. */
  readonly unheard: readonly ServerFault[]
}

/** Result of all transfers of a zone. */
export type TransferVerdict = Named | Unnamed

interface Named extends WholeTransfer {
  /** `empty` is a denial that counts. */
  readonly kind: 'found' | 'empty'
}

interface Unnamed {
  readonly kind: 'failed'
  readonly status: AttemptStatus
  readonly server: string | null
  readonly error: AttemptError
  /** The faults that are held against a denial, where there is one. */
  readonly against: readonly ServerFault[]
}

/**
 * Decides what transfers of a zone say about the names of its clusters. Names count from any server. That there are none counts
 * as a denial only
 *
 * - from a complete transfer, of a zone that holds the search domain and cannot have names elsewhere ({@link TransferNames.fault});
 * - and where every configured server that is listed before has denied by a complete transfer as well. A server that the zone
 *   itself names (NS) is not listed at all: against what it says stands no refusal, as resolvers seldom transfer zones, but any
 *   configured server that gave no answer.
 */
export function transferVerdict(evidence: TransferEvidence): TransferVerdict {
  const { configured, authoritative, domain, apex } = evidence
  const whole = wholeOf(evidence)
  const found = whole.find(({ names }) => names.count > 0)
  if (found !== undefined) return { kind: 'found', ...found }
  const unable = whole.find(({ names }) => !isDenial(names))
  if (unable !== undefined) return cannotDeny(unable, domain, apex)
  const faults = faultsOf([...configured, ...authoritative])
  const denial = authoritative.find((transfer) => 'names' in transfer) ?? whole[0]
  if (denial === undefined) return { ...unanswered(faults), against: [] }
  const against = faultsAgainst(evidence, denial)
  const [first] = against
  if (first === undefined) return { kind: 'empty', ...denial }
  const { status, code, server } = first
  const others = faults.filter(({ server: { text } }) => !against.some((fault) => fault.server.text === text))
  const message = `${describeFaults([...against, ...others])}; the denial of ${denial.server.text} alone does not count`
  return { kind: 'failed', status, server: server.text, error: { code, message }, against }
}

/** The failure of a transfer that no server has completed, by the fault that tells most. */
function unanswered(faults: readonly ServerFault[]): Omit<Unnamed, 'against'> {
  const servers = faults.map((fault) => ({ server: fault.server, status: fault.status, fault, denial: undefined }))
  const { kind, status, server, error } = failedLookup(servers, [])
  return { kind, status, server, error }
}

/** The complete transfers, in the order in which servers were asked. */
export function wholeOf({ configured, authoritative }: TransferEvidence): readonly WholeTransfer[] {
  return [...configured, ...authoritative].filter((transfer) => 'names' in transfer)
}

/** Returns whether a complete transfer denies that there are clusters. */
export function isDenial({ count, fault, hasDomain }: TransferNames): boolean {
  return count === 0 && fault === undefined && hasDomain
}

/** Returns whether a server has answered that it does not transfer the zone, to us or at all. */
export function isRefusal({ status, code }: ServerFault): boolean {
  return status === 'refused' || (status === 'failed' && (code === 'NOTIMP' || code === 'FORMERR'))
}

/** Returns what was wrong, in the order in which servers were asked. */
export function faultsOf(transfers: readonly ServerTransfer[]): readonly ServerFault[] {
  return transfers.flatMap((transfer) => ('fault' in transfer ? [transfer.fault] : []))
}

/** Every server that was asked, the configured ones as they are listed. */
export function serverAttempts(evidence: TransferEvidence): readonly ServerAttempt[] {
  const { listed, configured, authoritative, unheard, domain, apex } = evidence
  const asked = listed.flatMap(({ text }): readonly ServerAttempt[] => {
    const transfer = configured.find(({ server }) => server.text === text)
    if (transfer !== undefined) return [attemptOf(transfer, domain, apex)]
    return unheard.filter(({ server }) => server.text === text).map(faultAttempt)
  })
  const others = authoritative.filter((transfer) => !configured.includes(transfer))
  return [...asked, ...others.map((transfer) => attemptOf(transfer, domain, apex))]
}

/** A server that gave no answer, as an attempt lists it. */
export function faultAttempt({ server, status, code, reason }: ServerFault): ServerAttempt {
  return { server: server.text, status, error: { code, message: reason }, detail: null }
}

function attemptOf(transfer: ServerTransfer, domain: Name, apex: Name): ServerAttempt {
  if ('fault' in transfer) return faultAttempt(transfer.fault)
  const { names, server } = transfer
  if (names.count > 0) return { server: server.text, status: 'found', error: null, detail: null }
  if (isDenial(names)) return { server: server.text, status: 'empty', error: null, detail: 'the whole zone has none' }
  const { status, error } = cannotDeny(transfer, domain, apex)
  return { server: server.text, status, error, detail: null }
}

function cannotDeny({ server: { text: server }, names: { fault } }: WholeTransfer, domain: Name, apex: Name): Unnamed {
  if (fault === undefined)
    return { kind: 'failed', status: 'unavailable', server, error: missingDomain(domain), against: [] }
  const message = `the zone ${nameToText(apex)} ${fault.reason}, so its transfer denies no cluster`
  return { kind: 'failed', status: 'failed', server, error: { code: fault.code, message }, against: [] }
}

/** The faults that are held against a denial, the preferred servers first. */
function faultsAgainst(
  { listed, configured, authoritative, unheard }: TransferEvidence,
  denial: WholeTransfer,
): readonly ServerFault[] {
  const isAuthoritative = authoritative.includes(denial)
  const before = isAuthoritative ? listed : listed.slice(0, listed.indexOf(denial.server))
  return before.flatMap((server) => {
    const transfer = configured.find((each) => each.server === server)
    if (transfer !== undefined && 'names' in transfer) return []
    const silent = unheard.find((fault) => fault.server === server)
    if (silent !== undefined) return [transfer?.fault ?? silent]
    if (transfer === undefined) return isAuthoritative ? [] : [notAsked(server)]
    return isAuthoritative && isRefusal(transfer.fault) ? [] : [transfer.fault]
  })
}

function notAsked(server: NameServer): ServerFault {
  return { server, status: 'timeout', code: 'ETIMEDOUT', reason: 'was not asked in time' }
}
