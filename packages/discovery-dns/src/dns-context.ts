import type { Asking, DiscoverEvent, Question, Random, ResolveEvent, Source } from '@pstorage/discovery-core'
import type { Name } from '@pstorage/dns-message'
import { type Lookup, lookUp } from './lookup.js'
import type { ServerFault } from './server-fault.js'
import type { StubResolver } from './stub-resolver.js'
import type { StubSettings } from './stub-settings.js'
import type { TransferLimits } from './transfer-limits.js'

/** When zones are transferred for their names. */
export type AxfrMode = 'auto' | 'always' | 'never'

/** What everything that answers one question of this backend needs. */
export interface DnsContext {
  readonly question: Question<DiscoverEvent>
  readonly stub: StubResolver
  readonly settings: StubSettings
  /** The labels in front of the cluster name in SRV owners: `_pstorage`, `_tcp`. */
  readonly service: Name
  /** The labels in front of the domain in TXT owners: `pstorage_clusters`. */
  readonly clustersRecord: Name
  readonly axfr: AxfrMode
  /** Whether SRV targets must be below the domain that was asked. */
  readonly sameDomainTargets: boolean
  readonly limits: TransferLimits
  readonly random: Random
}

/** The same for a question that asks for endpoints. */
export interface DnsResolveContext extends DnsContext {
  readonly question: Question<ResolveEvent>
}

/** Looks up within a question. */
export function lookUpIn(context: DnsContext, name: Name, type: number, signal: AbortSignal): Promise<Lookup> {
  return lookUp(context.stub, context.settings, { name, type }, signal)
}

/** Ends an asking as failed or empty. What was found is for the caller to end. */
export function endUnfound(asked: Asking, lookup: Exclude<Lookup, { kind: 'found' }>): void {
  if (lookup.kind === 'failed') asked.ended(lookup.status, { server: lookup.server, error: lookup.error })
  else asked.ended('empty', { server: lookup.server.text, detail: lookup.detail })
}

/** Warns of servers that have failed although another one has answered. One that was only slow stands in the attempt. */
export function warnOfServers({ question }: DnsContext, faults: readonly ServerFault[]): void {
  for (const { server, status, reason } of faults) {
    if (status === 'timeout') continue
    question.emit({ type: 'warning', code: 'dns-server-fault', message: `name server ${server.text} ${reason}` })
  }
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
