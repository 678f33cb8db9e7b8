import type { AttemptError, AttemptStatus, CancellationToken, ServerAttempt } from '@pstorage/discovery-core'
import { equalNames, type Message, type Name, nameToText, RecordClass } from '@pstorage/dns-message'
import type { StubSettings } from '../client/current-settings.js'
import type { Answer, QueriedServer } from '../client/exchange.js'
import { type QuestionBudget, TOO_MANY_QUESTIONS } from '../client/question-budget.js'
import type { StubResolver } from '../client/stub-resolver.js'
import type { NameServer } from '../config/name-server.js'
import { describeDenial } from '../reply/denial.js'
import type { DnsQuestion } from '../reply/query.js'
import { ALIAS_OF_ITSELF, MAX_ALIASES, type RrsetFound, rrsetOf, secondsOf, TOO_MANY_ALIASES } from '../reply/rrset.js'
import { describeFaults, extendedErrorsOf, type ServerFault, worstFault } from '../reply/server-fault.js'

/** RFC 1035 section 2.3.4. */
const MAX_NAME_OCTETS = 255

/** Result of a lookup of one name and type. */
export type Lookup = LookupFound | LookupEmpty | LookupFailed

interface Answered {
  /** The server that has answered. */
  readonly server: NameServer
  /** By the channel, or by the AD bit where it is believed. */
  readonly authenticated: boolean
  /** By the channel, which speaks for everything in the answer: also for what came along. */
  readonly proven: boolean
  /** Further information about the way of the answer. */
  readonly detail: string | null
  /** Every server that was asked. */
  readonly servers: readonly QueriedServer[]
  /** Number of replies that did not belong to the query. */
  readonly ignored: number
}

/** There are records. */
export interface LookupFound extends Answered {
  readonly kind: 'found'
  readonly rrset: RrsetFound
  /** The answer that has them, for its additional section. */
  readonly message: Message
}

/** A denial: there are no such records. */
export interface LookupEmpty extends Answered {
  readonly kind: 'empty'
  readonly why: 'NXDOMAIN' | 'NODATA'
  /** Seconds for which that may be kept; `undefined` when no SOA record says how long. */
  readonly negativeTtl: number | undefined
  /** It counts only once {@link confirmDenial} has found that the server knows the search domain. */
  readonly needsDomain: boolean
  /** Set where the name is an alias: then it exists, whatever is said about its target. */
  readonly alias: Alias | undefined
}

/** No usable answer. */
export interface LookupFailed {
  readonly kind: 'failed'
  readonly status: AttemptStatus
  readonly server: string | null
  readonly error: AttemptError
  /** Every server that was asked. */
  readonly servers: readonly QueriedServer[]
  /** Set where the name is an alias: then it exists, and only its target could not be looked up. */
  readonly alias: Alias | undefined
}

/** The alias (CNAME) that an owner is. */
export interface Alias {
  readonly target: Name
  readonly server: NameServer
  readonly authenticated: boolean
  /** Seconds. */
  readonly ttl: number
}

/** Looks names up below whatever the settings say, following aliases from answer to answer. */
export async function lookUp(
  stub: StubResolver,
  settings: StubSettings,
  question: DnsQuestion,
  ending: CancellationToken,
  aliasQuestions?: QuestionBudget,
): Promise<Lookup> {
  const { name, type, domain } = question
  if (octetsOf(name) > MAX_NAME_OCTETS) {
    const message = `${nameToText(name)} is longer than a DNS name can be; a shorter domain is needed`
    return unanswered('unavailable', null, { code: 'ENAMETOOLONG', message }, [])
  }
  const visited: Name[] = []
  let servers: readonly QueriedServer[] = []
  let current = question
  let ttl = Number.POSITIVE_INFINITY
  let aliases = 0
  let alias: Alias | undefined
  for (;;) {
    const reply = await stub.ask(current, settings, ending)
    servers = servers.length === 0 ? reply.servers : joinedServers(servers, reply.servers)
    if (reply.kind === 'no-answer') return { ...failedLookup(reply.servers, settings.servers), servers, alias }

    const answered = describeAnswer(reply, settings, servers)
    const { server } = reply
    const rrset = rrsetOf(reply.message, current.name, type)
    if (rrset.kind === 'found') {
      const { owner, data } = rrset
      ttl = Math.min(ttl, rrset.ttl)
      aliases += rrset.aliases
      const found: RrsetFound = { kind: 'found', owner, data, ttl, aliases }
      const { authenticated, proven, detail, ignored } = answered
      const { message } = reply
      return { kind: 'found', rrset: found, message, server, authenticated, proven, detail, servers, ignored }
    }
    if (domain !== undefined) alias ??= aliasOf(reply, name, answered)
    if (rrset.kind === 'broken') return { ...brokenLookup(rrset.reason, server, servers), alias }
    if (rrset.kind === 'none') {
      const { why } = rrset
      const { needsDomain = false, isWaived = false } = reply.denial ?? {}
      const detail = joinedDetails([why, isWaived ? 'believed without proof (denials: any)' : null, answered.detail])
      const negativeTtl = leastKnown(rrset.negativeTtl, ttl)
      return { kind: 'empty', why, ...answered, detail, negativeTtl, needsDomain, alias }
    }
    ttl = Math.min(ttl, rrset.ttl)
    aliases += rrset.aliases
    visited.push(current.name)
    const { target } = rrset
    // The owner exists; what is said about its target needs no proof.
    current = { name: target, type }
    if (visited.some((known) => equalNames(known, target)))
      return { ...brokenLookup(ALIAS_OF_ITSELF, server, servers), alias }
    if (aliases > MAX_ALIASES) return { ...brokenLookup(TOO_MANY_ALIASES, server, servers), alias }
    if (aliasQuestions?.take(1) === false) return { ...limitedLookup(servers), alias }
  }
}

/** Gives the alias that an owner is, as an answer says it. */
function aliasOf({ message, server }: Answer, name: Name, { authenticated }: Answered): Alias | undefined {
  for (const { name: owner, class: recordClass, data, ttl } of message.answers) {
    if (data.kind !== 'CNAME' || recordClass !== RecordClass.IN || !equalNames(owner, name)) continue
    return { target: data.target, server, authenticated, ttl: secondsOf(ttl) }
  }
  return undefined
}

function leastKnown(seconds: number | undefined, atMost: number): number | undefined {
  return seconds === undefined ? undefined : Math.min(seconds, atMost)
}

/** On the wire: each label with its length, and the root (RFC 1035 section 3.1). */
function octetsOf(name: Name): number {
  return name.reduce((octets, label) => octets + 1 + label.length, 1)
}

/** Unites what servers said to two questions of one lookup: the later one counts. */
function joinedServers(before: readonly QueriedServer[], after: readonly QueriedServer[]): readonly QueriedServer[] {
  const again = new Set(after.map(({ server }) => server))
  return [...before.filter(({ server }) => !again.has(server)), ...after]
}

function describeAnswer(
  { server, note, message, ignored }: Answer,
  settings: StubSettings,
  servers: readonly QueriedServer[],
): Answered {
  const { trustAd = false } = settings.options
  const errors = extendedErrorsOf(message)
  const faults = servers.length === 1 ? [] : faultsOf(servers)
  const others = faults.length === 0 ? null : `but ${describeFaults(faults)}`
  return {
    server,
    proven: settings.channel.authenticated,
    authenticated: settings.channel.authenticated || (trustAd && message.header.authenticData),
    detail: joinedDetails([errors === null ? null : `with the remark ${errors}`, note, others]),
    servers,
    ignored,
  }
}

/** Gives the faults of servers that gave no usable answer. */
export function faultsOf(servers: readonly QueriedServer[]): readonly ServerFault[] {
  return servers.flatMap(({ fault }) => (fault === undefined ? [] : [fault]))
}

/** Lists servers as an attempt does. */
export function serverAttempts(servers: readonly QueriedServer[]): readonly ServerAttempt[] {
  return servers.map(({ server, status, fault, denial }) => ({
    server: server.text,
    status,
    error: fault === undefined ? null : { code: fault.code, message: fault.reason },
    detail: denial === 'without it' ? describeDenial(denial) : (denial ?? null),
  }))
}

/** Returns what is worth knowing, in one line; `null` when nothing is. */
export function joinedDetails(details: readonly (string | null)[]): string | null {
  const present = details.filter((detail) => detail !== null)
  return present.length === 0 ? null : present.join(', ')
}

/**
 * A lookup without a usable answer. Where a server has denied that may not deny alone, the first one listed decides what it
 * came to; otherwise the fault that tells most.
 */
export function failedLookup(servers: readonly QueriedServer[], listed: readonly NameServer[]): LookupFailed {
  const faults = faultsOf(servers)
  const denials = servers.filter(({ status }) => status === 'empty')
  const preferred = faults.find(({ server }) => server === listed[0])
  const decisive = denials.length === 0 ? worstFault(faults) : preferred
  const notAlone = denials.map(
    ({ server, denial }) => `${server.text} ${describeDenial(denial ?? 'NODATA')}, which does not count alone`,
  )
  if (decisive === undefined) {
    const message = ['no server was asked in time', ...notAlone].join('; ')
    return unanswered('timeout', null, { code: 'ETIMEDOUT', message }, servers)
  }
  const { status, code, server } = decisive
  return unanswered(status, server.text, { code, message: [describeFaults(faults), ...notAlone].join('; ') }, servers)
}

/**
 * Judges an answer that leaves out what was looked for, such as a list of names: that is a denial too, and of a server that
 * is not the first one listed it does not count alone. Gives the failure that the lookup then is.
 */
export function failureOfOmission(
  { server, servers }: LookupFound,
  listed: readonly NameServer[],
): LookupFailed | undefined {
  if (server === listed[0]) return undefined
  return failedLookup(
    servers.map((queried) =>
      queried.server === server ? { ...queried, status: 'empty', denial: 'without it' } : queried,
    ),
    listed,
  )
}

function unanswered(
  status: AttemptStatus,
  server: string | null,
  error: AttemptError,
  servers: readonly QueriedServer[],
): LookupFailed {
  return { kind: 'failed', status, server, error, servers, alias: undefined }
}

function brokenLookup(reason: string, server: NameServer, servers: readonly QueriedServer[]): LookupFailed {
  return unanswered('malformed', server.text, { code: 'EALIAS', message: reason }, servers)
}

/** A lookup whose next question was one too many. */
export function limitedLookup(servers: readonly QueriedServer[] = []): LookupFailed {
  return unanswered('failed', null, { code: 'ELIMIT', message: TOO_MANY_QUESTIONS }, servers)
}

/** Returns why several lookups failed, each reason once. */
export function describeLookupFailures(failures: readonly LookupFailed[]): string {
  return [...new Set(failures.map(({ error }) => error.message))].join('; ')
}
