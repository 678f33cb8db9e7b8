import {
  type AttemptHandle,
  type CancellationToken,
  type Choice,
  type ClusterName,
  startTimer,
} from '@pstorage/discovery-core'
import { type Name, nameToText } from '@pstorage/dns-message'
import { linkedAbort } from '../transport/connections.js'
import { type DnsResolveContext, FORGERIES, finishWithoutRecords, warnOfServers } from './dns-context.js'
import { emitAlias, emitService } from './emit-service.js'
import type { Lookup } from './lookup.js'
import { lookUpService, type ServiceAlias, type ServiceFound, type SrvLookup, srvOwner } from './srv-lookup.js'
import { lookUpNames } from './txt-lookup.js'

/** Milliseconds that search domains before the one that has answered still get. */
const PREFERENCE_GRACE = 1_000

const serviceDecided = new Error('it is decided which domain has the cluster')

interface DomainQuery {
  readonly domain: Name
  readonly attempt: AttemptHandle
  /** Resolves with `undefined` where the domain has no such cluster. */
  readonly result: Promise<DomainResult | undefined>
  /** There once `result` has resolved. */
  lookup: SrvLookup | undefined
}

interface DomainResult {
  readonly domain: Name
  readonly attempt: AttemptHandle
  readonly service: ServiceFound | ServiceAlias
}

/**
 * Resolves a cluster: SRV in all search domains at once, and the first of them in order that has the cluster is the
 * answer. Where one has not, TXT is asked whether the cluster is at least listed.
 */
export async function resolveService(context: DnsResolveContext, cluster: ClusterName): Promise<void> {
  const { query, settings } = context
  const decided = linkedAbort(query.cancellation)
  const lists = new DeniedDomains(context, cluster, decided.ending)
  const queries = settings.domains.map((domain) => askDomain(context, cluster, domain, lists, decided.ending))
  const winner = await firstInOrder(
    queries.map(({ result }) => result),
    () => query.clock.sleep(PREFERENCE_GRACE, decided.ending.signal).catch(() => {}),
  )
  if (winner !== undefined) decided.abort(serviceDecided)
  await lists.end()
  decided.abort(serviceDecided)
  if (winner === undefined) return

  const { domain, service, attempt } = winner
  const choice = queries.length > 1 ? chooseDomain(context, cluster, queries, winner) : undefined
  const hasEndpoints = service.kind === 'found' && emitService(context, cluster, service, attempt, choice)
  if (service.kind === 'alias') emitAlias(context, cluster, service, attempt, choice)
  if (queries.length > 1) await endOthers(queries, winner)
  if (service.kind !== 'found' || !hasEndpoints || context.wildcards.isWithout(domain)) return
  await warnOfWildcard(context, domain, service)
}

/**
 * Returns the most preferred of several results, best first, without waiting for ever: once one has come, those before it get
 * some more time. Rejects as soon as a result rejects.
 *
 * @param results each resolves with `undefined` where there is none
 * @param grace called once, when the first result has come; resolves when the waiting is over
 */
export async function firstInOrder<T>(
  results: readonly Promise<T | undefined>[],
  grace: () => Promise<void>,
): Promise<T | undefined> {
  const [only] = results
  if (results.length === 1) return only

  const values: (T | undefined)[] = results.map(() => undefined)
  const anyValue = new Promise<void>((resolve, reject) => {
    for (const [index, result] of results.entries()) {
      result.then((value) => {
        values[index] = value
        if (value !== undefined) resolve()
      }, reject)
    }
  })
  const over = anyValue.then(grace)
  for (const result of results) {
    const waited = await Promise.race([result.then(() => 'ended' as const), over.then(() => 'over' as const)])
    if (waited === 'over') break
    const value = await result
    if (value !== undefined) return value
  }
  return values.find((value) => value !== undefined)
}

function askDomain(
  context: DnsResolveContext,
  cluster: ClusterName,
  domain: Name,
  lists: DeniedDomains,
  ending: CancellationToken,
): DomainQuery {
  const owner = srvOwner(context, cluster, domain)
  const attempt = context.query.startAttempt({ method: 'dns-srv', target: owner.text })
  const answered = (lookup: Lookup): void => lists.add(domain, lookup)
  // Before the question itself, so that its answer is not waited for.
  context.wildcards.ask(context, domain)
  const result = lookUpService(context, owner, domain, ending, answered).then((lookup): DomainResult | undefined => {
    query.lookup = lookup
    if (lookup.kind === 'found' || lookup.kind === 'alias') return { domain, attempt, service: lookup }
    if (ending.reason !== serviceDecided) endWithoutService(context, attempt, lookup)
    return undefined
  })
  const query: DomainQuery = { domain, attempt, result, lookup: undefined }
  return query
}

/**
 * Says which domain was chosen, and warns where one before it could not be asked, or has not answered: a cluster of the same
 * name may be there, and then that would be the answer.
 */
function chooseDomain(
  { query }: DnsResolveContext,
  cluster: ClusterName,
  queries: readonly DomainQuery[],
  winner: DomainResult,
): Choice {
  const domain = nameToText(winner.domain)
  const unanswered = queries
    .slice(0, indexOf(winner, queries))
    .filter(({ lookup }) => lookup === undefined || lookup.kind === 'failed')
  for (const { domain: before, lookup } of unanswered) {
    const why = lookup?.kind === 'failed' ? lookup.error.message : `no answer in time`
    const message =
      `${nameToText(before)} comes before ${domain} and could not be asked (${why}): ` +
      `the cluster ${cluster} of ${domain} is used, and there may be another one of that name`
    query.emit({ type: 'warning', code: 'search-domain-unanswered', message })
  }
  return { path: [domain], unanswered: unanswered.map(({ domain: before }) => [nameToText(before)]) }
}

async function endOthers(queries: readonly DomainQuery[], winner: DomainResult): Promise<void> {
  await Promise.all(queries.map(({ result }) => result))
  const domain = nameToText(winner.domain)
  const error = { code: 'ETIMEDOUT', message: `no answer before ${domain} was found to have the cluster` }
  // Those before it were waited for: that they did not answer is no choice of ours.
  for (const { attempt } of queries.slice(0, indexOf(winner, queries))) attempt.finish('timeout', { error })
  for (const { attempt } of queries) attempt.finish('skipped', { detail: `not needed: ${domain} has the cluster` })
}

function indexOf({ attempt }: DomainResult, queries: readonly DomainQuery[]): number {
  return queries.findIndex((query) => query.attempt === attempt)
}

/** Endpoints by a wildcard are used, as they were published for any name; they do not show that the cluster exists. */
async function warnOfWildcard(
  context: DnsResolveContext,
  domain: Name,
  { owner, lookup }: ServiceFound,
): Promise<void> {
  // In a flood of forged replies the answer of the probe may be one.
  if (lookup.ignored >= FORGERIES) return
  if (!(await context.wildcards.covers(context, domain, lookup.rrset.data))) return
  const message = `${owner}: every name has the same SRV records (a wildcard), so they do not show that there is such a cluster`
  context.query.emit({ type: 'warning', code: 'srv-wildcard', message })
}

function endWithoutService(
  context: DnsResolveContext,
  attempt: AttemptHandle,
  lookup: Exclude<SrvLookup, ServiceFound | ServiceAlias>,
): void {
  if (lookup.kind === 'empty') warnOfServers(context, lookup)
  finishWithoutRecords(attempt, lookup)
}

/** Asks the search domains that deny a cluster for their lists: once all have answered, or the others had time to. */
class DeniedDomains {
  readonly #context: DnsResolveContext
  readonly #cluster: ClusterName
  readonly #ending: CancellationToken
  readonly #denied: Name[] = []
  readonly #lists: Promise<unknown>[] = []
  #unanswered: number
  #isFound = false
  #stopTimer: (() => void) | undefined

  constructor(context: DnsResolveContext, cluster: ClusterName, ending: CancellationToken) {
    this.#context = context
    this.#cluster = cluster
    this.#ending = ending
    this.#unanswered = context.settings.domains.length
  }

  /** Takes the first answer of a domain. */
  add(domain: Name, lookup: Lookup): void {
    this.#unanswered -= 1
    if (lookup.kind === 'found' || lookup.alias !== undefined) this.#isFound = true
    else if (lookup.kind === 'empty') this.#denied.push(domain)
    if (this.#denied.length === 0) return
    if (this.#unanswered === 0) this.#ask()
    else this.#stopTimer ??= startTimer(this.#context.query.clock, PREFERENCE_GRACE, () => this.#ask())
  }

  /** Resolves when no list is being asked for any more. */
  async end(): Promise<void> {
    this.#stopTimer?.()
    if (this.#lists.length > 0) await Promise.all(this.#lists)
  }

  #ask(): void {
    if (this.#isFound || this.#ending.aborted) return
    const ending = this.#ending
    const notNeeded = (): string | undefined =>
      ending.reason === serviceDecided ? 'not needed: the cluster is found' : undefined
    for (const domain of this.#denied.splice(0)) {
      this.#lists.push(lookUpNames(this.#context, domain, { wanted: this.#cluster, ending, notNeeded }))
    }
  }
}
