import {
  equalNames,
  isSubdomainOf,
  type Message,
  type Name,
  nameToText,
  RecordClass,
  RecordType,
  type ResourceRecord,
} from '@pstorage/dns-message'
import type { DnsQuestion } from './query.js'
import { extendedErrorCodesOf, extendedErrorsOf, type ServerFault } from './server-fault.js'

/** The denials that count: `proven` those with the SOA record of their zone (RFC 2308), `any` also those without. */
export type Denials = 'proven' | 'any'

/** The judgement of a reply that is neither an error nor unreadable. */
export type Verdict =
  /** It has records, or the owner is an alias (CNAME), which exists whatever its target says. */
  | { readonly kind: 'answer' }
  /** It says that there is nothing, and counts where D2 lets it. */
  | DenialVerdict
  /** It says that there is nothing, and that does not count. */
  | ({ readonly kind: 'fault'; readonly why: DenialReason } & Pick<ServerFault, 'status' | 'code' | 'reason'>)

/** The form of a denial: no such name, no such records, or records without what is wanted. */
export type DenialReason = 'NXDOMAIN' | 'NODATA' | 'without it'

/** A denial that counts as far as the reply itself goes. */
export interface DenialVerdict {
  readonly kind: 'denial'
  readonly why: DenialReason
  /** It counts only if the same server knows the search domain, since the SOA record is that of a zone above it. */
  readonly needsDomain: boolean
  /** The proof was waived (`denials: 'any'`). */
  readonly isWaived: boolean
}

/** Extended errors (RFC 8914) of a server that answers from what it should not, or does not want to answer. */
const DISCREDITING = new Set([
  3, // Stale Answer
  4, // Forged Answer
  13, // Cached Error
  14, // Not Ready
  15, // Blocked
  16, // Censored
  17, // Filtered
  18, // Prohibited
  19, // Stale NXDOMAIN Answer
  20, // Not Authoritative
  22, // No Reachable Authority
  23, // Network Error
  24, // Invalid Data
])

const ANSWER: Verdict = { kind: 'answer' }

/**
 * Judges a reply to a question: this is the one place where it is decided whether a denial counts. Deployment scripts create
 * a cluster where there is none, so "there is nothing" must never stand for "could not ask".
 *
 * | | a denial counts where | otherwise |
 * |---|---|---|
 * | D1 | it is fresh and unfiltered: no extended error says that it is stale, blocked, filtered, forged, or without an authority | `failed` |
 * | D2 | the preferred server says it: the first one listed. A yes wins as soon as it comes, from any server; a no of a later server waits for those before it ({@link Exchange}) | the status of the first one |
 * | D3 | the authority section proves it with the SOA record of the search domain or of a zone below it; or with that of a zone above it, and the same server knows the search domain (`confirmDenial`); class IN, not lame, no referral, no answers beside the point | `failed`; `unavailable` where the search domain is missing |
 * | D4 | it is about the whole: zone transfers, see `TransferNames` | `failed` |
 *
 * An alias (CNAME) at the owner is never a denial, unless a DNAME record at or above the search domain made it.
 *
 * @param question where it has a `domain`, a denial needs the proof of D3
 */
export function judgeReply(message: Message, question: DnsQuestion, denials: Denials): Verdict {
  const { name, type, domain } = question
  const { header, answers } = message
  const hasRecords = answers.some((record) => isRecordOf(record, name, type))
  if (hasRecords ? hasWanted(message, question) : answers.length > 0 && hasAlias(message, name, domain)) return ANSWER

  const why = hasRecords ? 'without it' : header.rcode === 0 ? 'NODATA' : 'NXDOMAIN'
  if (extendedErrorCodesOf(message).some((code) => DISCREDITING.has(code))) {
    return fault(why, 'EUNFRESH', `${describeDenial(why)} with the extended error ${extendedErrorsOf(message)}`)
  }
  // Records prove that their domain exists.
  if (domain === undefined || hasRecords) return { kind: 'denial', why, needsDomain: false, isWaived: false }
  if (answers.length > 0) {
    if (isRedirected(message, domain)) {
      return fault(why, 'EREDIRECTED', `said ${why} for where a DNAME record redirects the search domain`)
    }
    const reason = `said ${why} with records that were not asked for`
    return { kind: 'fault', why, status: 'malformed', code: 'EBADREPLY', reason }
  }
  return judgeProof(message, { name, domain }, why, denials)
}

/** Finds the proof of a denial: a SOA record of a zone that holds the name (RFC 2308 sections 2.1 and 2.2). */
function judgeProof(
  { authorities }: Message,
  { name, domain }: { readonly name: Name; readonly domain: Name },
  why: DenialReason,
  denials: Denials,
): Verdict {
  let apex: Name | undefined
  let foreign: Name | undefined
  for (const { name: owner, type, class: recordClass, data } of authorities) {
    if (type !== RecordType.SOA || data.kind !== 'SOA' || recordClass !== RecordClass.IN) continue
    if (!isSubdomainOf(name, owner)) foreign ??= owner
    // Of several zones the lowest one speaks for the name.
    else if (apex === undefined || owner.length > apex.length) apex = owner
  }
  if (apex !== undefined) {
    return { kind: 'denial', why, needsDomain: !isSubdomainOf(apex, domain), isWaived: false }
  }
  if (denials === 'any') return { kind: 'denial', why, needsDomain: false, isWaived: true }
  if (foreign !== undefined) {
    return fault(
      why,
      'EFOREIGNPROOF',
      `said ${why} with the SOA record of ${nameToText(foreign)}, which proves nothing here`,
    )
  }
  return fault(why, 'EUNPROVEN', `said ${why} without a SOA record, which proves nothing`)
}

function fault(why: DenialReason, code: string, reason: string): Verdict {
  return { kind: 'fault', why, status: 'failed', code, reason }
}

/** Describes a denial in a phrase about the server: `said NXDOMAIN`. */
export function describeDenial(why: DenialReason): string {
  return why === 'without it' ? 'answered without it' : `said ${why}`
}

function hasWanted({ answers }: Message, { name, type, wanted }: DnsQuestion): boolean {
  if (wanted === undefined) return true
  return wanted.isAmong(answers.filter((record) => isRecordOf(record, name, type)).map(({ data }) => data))
}

function isRecordOf({ name: owner, type: own, class: recordClass, data }: ResourceRecord, name: Name, type: number) {
  return own === type && recordClass === RecordClass.IN && data.kind !== 'opaque' && equalNames(owner, name)
}

/** Returns whether the name itself is an alias, as published; not where a DNAME record redirects the search domain as a whole. */
function hasAlias(message: Message, name: Name, domain: Name | undefined): boolean {
  const isAlias = message.answers.some((record) => isRecordOf(record, name, RecordType.CNAME))
  return isAlias && (domain === undefined || !isRedirected(message, domain))
}

function isRedirected({ answers }: Message, domain: Name): boolean {
  return answers.some(({ name: owner, type }) => type === RecordType.DNAME && isSubdomainOf(domain, owner))
}
