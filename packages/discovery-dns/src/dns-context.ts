import type { Asking, DiscoverEvent, Ending, Question, Random, ResolveEvent, Source } from '@pstorage/discovery-core'
import type { Name } from '@pstorage/dns-message'
import { type Lookup, lookUp } from './lookup.js'
import type { StubResolver } from './stub-resolver.js'
import type { StubSettings } from './stub-settings.js'
import type { TransferLimits } from './transfer-limits.js'
import type { TransferKeySource } from './tsig/transfer-key.js'
import type { WildcardProbes } from './wildcard-probes.js'

/** How many replies that do not belong to a question are worth a warning; a few may be late ones (RFC 5452 section 9.3). */
export const FORGERIES = 10

/** When zones are transferred for their names. */
export type AxfrMode = 'auto' | 'always' | 'never'

/** What everything that answers one question of this backend needs. */
export interface DnsContext extends SharedContext {
  readonly question: Question<DiscoverEvent>
  readonly settings: StubSettings
}

/** What the questions of one resolver share. */
export interface SharedContext {
  readonly stub: StubResolver
  /** The labels in front of the cluster name in SRV owners: `_pstorage`, `_tcp`. */
  readonly service: Name
  /** The labels in front of the domain in TXT owners: `pstorage_clusters`. */
  readonly clustersRecord: Name
  readonly axfr: AxfrMode
  /** Signs transfers and their questions. */
  readonly tsigKey: TransferKeySource | undefined
  /** Milliseconds since 1970-01-01 UTC. */
  readonly wallClock: () => number
  /** Whether SRV targets must be below the domain that was asked. */
  readonly sameDomainTargets: boolean
  readonly limits: TransferLimits
  readonly wildcards: WildcardProbes
  readonly random: Random
}

/** The same for a question that asks for endpoints. */
export interface DnsResolveContext extends DnsContext {
  readonly question: Question<ResolveEvent>
}

/** Puts a context together: by name, as V8 takes ten times as long for what is spread. */
export function contextOf<Asked extends Question<DiscoverEvent>>(
  question: Asked,
  settings: StubSettings,
  shared: SharedContext,
): DnsContext & { readonly question: Asked } {
  return {
    question,
    settings,
    stub: shared.stub,
    service: shared.service,
    clustersRecord: shared.clustersRecord,
    axfr: shared.axfr,
    tsigKey: shared.tsigKey,
    wallClock: shared.wallClock,
    sameDomainTargets: shared.sameDomainTargets,
    limits: shared.limits,
    wildcards: shared.wildcards,
    random: shared.random,
  }
}

/** Looks up within a question. */
export function lookUpIn(context: DnsContext, name: Name, type: number, ending: Ending): Promise<Lookup> {
  return lookUp(context.stub, context.settings, { name, type }, ending)
}

/** Ends an asking as failed or empty. What was found is for the caller to end. */
export function endUnfound(asked: Asking, lookup: Exclude<Lookup, { kind: 'found' }>): void {
  if (lookup.kind === 'failed') asked.ended(lookup.status, { server: lookup.server, error: lookup.error })
  else asked.ended('empty', { server: lookup.server.text, detail: lookup.detail, negativeTtl: lookup.negativeTtl })
}

/**
 * Warns of what an answer does not show: servers that have failed although another one has answered, and replies that did
 * not belong to the question. A server that was only slow stands in the attempt.
 */
export function warnOfServers(
  { question }: DnsContext,
  { faults, ignored, server: { text } }: Exclude<Lookup, { kind: 'failed' }>,
): void {
  for (const { server, status, reason } of faults) {
    if (status === 'timeout') continue
    question.emit({ type: 'warning', code: 'dns-server-fault', message: `name server ${server.text} ${reason}` })
  }
  if (ignored < FORGERIES) return
  const message = `${ignored} replies that did not belong to the question came before that of ${text}; somebody may forge them`
  question.emit({ type: 'warning', code: 'dns-forged-replies', message })
}

/** The source of a record. */
export function dnsSource(
  method: 'dns-txt' | 'dns-srv' | 'dns-axfr',
  owner: string,
  {
    server,
    ttl,
    authenticated,
  }: { readonly server: string; readonly ttl: number | null; readonly authenticated: boolean },
): Source {
  return { backend: 'dns', method, origin: `${owner} @${server}`, ttl, authenticated }
}
