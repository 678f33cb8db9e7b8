import type {
  AttemptHandle,
  CancellationToken,
  DiscoverEvent,
  QueryContext,
  Random,
  ResolveEvent,
  Source,
} from '@pstorage/discovery-core'
import type { Name, RecordData } from '@pstorage/dns-message'
import type { StubSettings } from '../client/current-settings.js'
import { QuestionBudget } from '../client/question-budget.js'
import type { StubResolver } from '../client/stub-resolver.js'
import type { TransferKeySource } from '../config/transfer-key.js'
import type { TransferLimits } from '../config/transfer-limits.js'
import type { DnsQuestion } from '../reply/query.js'
import type { ServerFault } from '../reply/server-fault.js'
import { faultsOf, type Lookup, lookUp, serverAttempts } from './lookup.js'

/** Number of replies to other queries that is worth a warning; a few may be late ones (RFC 5452 section 9.3). */
export const FORGERIES = 10

/** Use of zone transfers for names. */
export type AxfrMode = 'auto' | 'always' | 'never'

/** Context of one query of this backend. */
export interface DnsContext extends SharedContext {
  readonly query: QueryContext<DiscoverEvent>
  readonly settings: StubSettings
  /** Reasons why denials of a server below a search domain do not count, by both: found out once for all lookups of one query. */
  readonly domainFaults: Map<string, Promise<ServerFault | undefined>>
  /** The names that the transfers of this query keep, with their memory in octets. */
  readonly keptNames: Set<{ readonly memory: number }>
  /** Questions about names that answers brought up. */
  readonly furtherQuestions: QuestionBudget
}

/** State shared by the queries of one resolver. */
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
  /** True if SRV targets must be below the domain that was asked. */
  readonly sameDomainTargets: boolean
  readonly limits: TransferLimits
  readonly wildcards: WildcardRecords
  readonly random: Random
  /** Returns the addresses of this host, by which those of a target are ordered. */
  readonly ownAddresses: () => readonly string[]
}

/** SRV records of wildcards, which every name of a domain has (RFC 4592). */
interface WildcardRecords {
  /** Asks a domain for a name that no cluster has, unless its answer is known. */
  ask(context: DnsContext, domain: Name): void
  /** Returns true when a domain is known by now to have no records for every name. */
  isWithout(domain: Name): boolean
  /** Resolves to true when these records of a domain are known to be those that every name in it has. */
  covers(context: DnsContext, domain: Name, records: readonly RecordData[]): Promise<boolean>
}

/** Context of one query for endpoints. */
export interface DnsResolveContext extends DnsContext {
  readonly query: QueryContext<ResolveEvent>
}

/** Returns the context of one query. */
export function contextOf<Context extends QueryContext<DiscoverEvent>>(
  query: Context,
  settings: StubSettings,
  shared: SharedContext,
): DnsContext & { readonly query: Context } {
  return {
    query,
    settings,
    domainFaults: new Map(),
    keptNames: new Set(),
    furtherQuestions: new QuestionBudget((warning) => query.emit({ type: 'warning', ...warning })),
    ...shared,
  }
}

/** Looks up within a query. */
export function lookUpIn(
  { stub, settings, furtherQuestions }: DnsContext,
  question: DnsQuestion,
  ending: CancellationToken,
): Promise<Lookup> {
  return lookUp(stub, settings, question, ending, furtherQuestions)
}

/** Ends an attempt as failed or empty. What was found is for the caller to end. */
export function finishWithoutRecords(attempt: AttemptHandle, lookup: Exclude<Lookup, { kind: 'found' }>): void {
  const servers = serverAttempts(lookup.servers)
  if (lookup.kind === 'failed') attempt.finish(lookup.status, { server: lookup.server, error: lookup.error, servers })
  else
    attempt.finish('empty', {
      server: lookup.server.text,
      detail: lookup.detail,
      negativeTtl: lookup.negativeTtl,
      servers,
    })
}

/**
 * Warns of what an answer does not show: servers that have failed although another one has answered, and replies that did
 * not belong to the question. A server that was only slow stands in the attempt.
 */
export function warnOfServers(
  { query }: DnsContext,
  { servers, ignored, server: { text } }: Exclude<Lookup, { kind: 'failed' }>,
): void {
  if (servers.length > 1) {
    for (const { server, status, reason } of faultsOf(servers)) {
      // That a search domain is missing has a warning of its own.
      if (status === 'timeout' || status === 'unavailable') continue
      query.emit({ type: 'warning', code: 'dns-server-fault', message: `name server ${server.text} ${reason}` })
    }
  }
  if (ignored < FORGERIES) return
  const message = `${ignored} replies that did not belong to the question came before that of ${text}; replies may be forged`
  query.emit({ type: 'warning', code: 'dns-forged-replies', message })
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
