import type { AttemptError, AttemptStatus, Ending } from '@pstorage/discovery-core'
import { equalNames, type Message, type Name, nameToText } from '@pstorage/dns-message'
import type { Answer } from './exchange.js'
import { extendedErrorsOf } from './extended-errors.js'
import type { NameServer } from './name-server.js'
import { ALIAS_OF_ITSELF, MAX_ALIASES, type RrsetFound, rrsetOf, TOO_MANY_ALIASES } from './rrset.js'
import { describeFaults, type ServerFault, worstFault } from './server-fault.js'
import type { StubResolver } from './stub-resolver.js'
import type { StubSettings } from './stub-settings.js'

/** RFC 1035 section 2.3.4. */
const MAX_NAME_OCTETS = 255

/** What looking up one name and type came to. */
export type Lookup = LookupFound | LookupEmpty | LookupFailed

interface Answered {
  /** Who has answered. */
  readonly server: NameServer
  /** By the channel, or by the AD bit where it is believed. */
  readonly authenticated: boolean
  /** By the channel, which speaks for everything in the answer: also for what came along. */
  readonly proven: boolean
  /** What else is worth knowing about the way. */
  readonly detail: string | null
  /** What was wrong with servers that were asked too. */
  readonly faults: readonly ServerFault[]
  /** How many replies came that did not belong to the question. */
  readonly ignored: number
}

/** There are records. */
export interface LookupFound extends Answered {
  readonly kind: 'found'
  readonly rrset: RrsetFound
  /** The answer that has them, for its additional section. */
  readonly message: Message
}

/** Somebody says that there are none. */
export interface LookupEmpty extends Answered {
  readonly kind: 'empty'
  readonly why: 'NXDOMAIN' | 'NODATA'
  /** Seconds for which that may be kept; `undefined` when nobody says how long. */
  readonly negativeTtl: number | undefined
}

/** Nobody has answered. */
export interface LookupFailed {
  readonly kind: 'failed'
  readonly status: AttemptStatus
  readonly server: string | null
  readonly error: AttemptError
}

/** Looks names up below whatever the settings say, following aliases from answer to answer. */
export async function lookUp(
  stub: StubResolver,
  settings: StubSettings,
  { name, type }: { readonly name: Name; readonly type: number },
  ending: Ending,
): Promise<Lookup> {
  if (octetsOf(name) > MAX_NAME_OCTETS) {
    const message = `${nameToText(name)} is longer than a DNS name can be; a shorter domain is needed`
    return { kind: 'failed', status: 'unavailable', server: null, error: { code: 'ENAMETOOLONG', message } }
  }
  const visited: Name[] = []
  let faults: readonly ServerFault[] = []
  let asked = name
  let ttl = Number.POSITIVE_INFINITY
  let aliases = 0
  for (;;) {
    const reply = await stub.ask({ name: asked, type }, settings, ending)
    faults = faults.length === 0 ? reply.faults : [...faults, ...reply.faults]
    if (reply.kind === 'no-answer') return failedLookup(reply.faults)

    const answered = describeAnswer(reply, settings, faults)
    const rrset = rrsetOf(reply.message, asked, type)
    if (rrset.kind === 'none') {
      const negativeTtl = leastKnown(rrset.negativeTtl, ttl)
      const { why } = rrset
      return { kind: 'empty', why, ...answered, detail: joinedDetails([why, answered.detail]), negativeTtl }
    }
    if (rrset.kind === 'broken') return brokenLookup(rrset.reason, reply.server)
    ttl = Math.min(ttl, rrset.ttl)
    aliases += rrset.aliases
    if (rrset.kind === 'found') {
      const { owner, data } = rrset
      const found: RrsetFound = { kind: 'found', owner, data, ttl, aliases }
      const { server, authenticated, proven, detail, ignored } = answered
      const { message } = reply
      return { kind: 'found', rrset: found, message, server, authenticated, proven, detail, faults, ignored }
    }
    visited.push(asked)
    const { target } = rrset
    asked = target
    if (visited.some((known) => equalNames(known, target))) return brokenLookup(ALIAS_OF_ITSELF, reply.server)
    if (aliases > MAX_ALIASES) return brokenLookup(TOO_MANY_ALIASES, reply.server)
  }
}

function leastKnown(seconds: number | undefined, atMost: number): number | undefined {
  return seconds === undefined ? undefined : Math.min(seconds, atMost)
}

/** On the wire: each label with its length, and the root (RFC 1035 section 3.1). */
function octetsOf(name: Name): number {
  return name.reduce((octets, label) => octets + 1 + label.length, 1)
}

function describeAnswer(
  { server, transport, message, ignored }: Answer,
  settings: StubSettings,
  faults: readonly ServerFault[],
): Answered {
  const { trustAd = false, useVc = false } = settings.options
  const overTcp = transport === 'tcp' && !useVc && settings.channel.udp ? 'by TCP after truncation' : null
  const errors = extendedErrorsOf(message)
  const others = faults.length === 0 ? null : `but ${describeFaults(faults)}`
  return {
    server,
    proven: settings.channel.authenticated,
    authenticated: settings.channel.authenticated || (trustAd && message.header.authenticData),
    detail: joinedDetails([errors === null ? null : `with the remark ${errors}`, overTcp, others]),
    faults,
    ignored,
  }
}

/** What is worth knowing, in one line; `null` when nothing is. */
export function joinedDetails(details: readonly (string | null)[]): string | null {
  const present = details.filter((detail) => detail !== null)
  return present.length === 0 ? null : present.join(', ')
}

/** A lookup that nobody answered, told by the fault that says most. */
export function failedLookup(faults: readonly ServerFault[]): LookupFailed {
  const worst = worstFault(faults)
  if (worst === undefined) {
    return {
      kind: 'failed',
      status: 'timeout',
      server: null,
      error: { code: 'ETIMEDOUT', message: 'nobody was asked in time' },
    }
  }
  const { status, code, server } = worst
  return { kind: 'failed', status, server: server.text, error: { code, message: describeFaults(faults) } }
}

function brokenLookup(reason: string, server: NameServer): LookupFailed {
  return { kind: 'failed', status: 'malformed', server: server.text, error: { code: 'EALIAS', message: reason } }
}

/** Why several lookups failed, each reason once. */
export function describeLookupFailures(failures: readonly LookupFailed[]): string {
  return [...new Set(failures.map(({ error }) => error.message))].join('; ')
}
