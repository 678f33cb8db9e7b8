import type { Asking, ClusterName, Ending } from '@pstorage/discovery-core'
import { type Name, nameToText } from '@pstorage/dns-message'
import { type DnsResolveContext, endUnfound, FORGERIES, warnOfServers } from './dns-context.js'
import { emitService } from './emit-service.js'
import { firstInOrder } from './first-in-order.js'
import { linkedAbort } from './linked-abort.js'
import { lookUpService, type ServiceFound, type SrvLookup, srvOwner } from './srv-lookup.js'
import { lookUpNames } from './txt-lookup.js'

/** Milliseconds that search domains before the one that has answered still get. */
const PATIENCE = 1_000

const serviceDecided = new Error('it is decided which domain has the cluster')

interface DomainQuestion {
  readonly domain: Name
  readonly asked: Asking
  /** Resolves with what is found; `undefined` when that is nothing. */
  readonly found: Promise<Found | undefined>
  /** There once `found` has resolved. */
  lookup: SrvLookup | undefined
}

interface Found {
  readonly domain: Name
  readonly asked: Asking
  readonly service: ServiceFound
}

/**
 * Resolves a cluster: SRV in all search domains at once, and the first of them in order that has the cluster is the
 * answer. Where none has, TXT is asked whether the cluster is at least listed.
 */
export async function resolveService(context: DnsResolveContext, cluster: ClusterName): Promise<void> {
  const { question, settings } = context
  const decided = linkedAbort(question.ending)
  const questions = settings.domains.map((domain) => askDomain(context, cluster, domain, decided.ending))
  const winner = await firstInOrder(
    questions.map(({ found }) => found),
    () => question.clock.sleep(PATIENCE, decided.ending.signal).catch(() => {}),
  )
  decided.abort(serviceDecided)
  if (winner === undefined) return askWhetherListed(context, cluster, questions)

  const hasEndpoints = emitService(context, cluster, winner.service, winner.asked)
  if (questions.length > 1) await endOthers(questions, winner)
  if (hasEndpoints && !context.wildcards.isWithout(winner.domain)) await warnOfWildcard(context, winner)
}

function askDomain(context: DnsResolveContext, cluster: ClusterName, domain: Name, ending: Ending): DomainQuestion {
  const owner = srvOwner(context, cluster, domain)
  const asked = context.question.asking({ method: 'dns-srv', target: owner.text })
  const found = lookUpService(context, owner, domain, ending).then((lookup): Found | undefined => {
    question.lookup = lookup
    if (lookup.kind === 'found') return { domain, asked, service: lookup }
    if (ending.reason !== serviceDecided) endWithoutService(context, asked, lookup)
    return undefined
  })
  const question: DomainQuestion = { domain, asked, found, lookup: undefined }
  return question
}

async function endOthers(questions: readonly DomainQuestion[], winner: Found): Promise<void> {
  await Promise.all(questions.map(({ found }) => found))
  const domain = nameToText(winner.domain)
  for (const { asked } of questions) asked.ended('skipped', { detail: `not needed: ${domain} has the cluster` })
}

/** Endpoints by a wildcard are used, as somebody has published them for any name; they do not show that the cluster exists. */
async function warnOfWildcard(
  context: DnsResolveContext,
  { domain, service: { owner, lookup } }: Found,
): Promise<void> {
  // In a flood of forged replies no more is asked than has to be.
  if (lookup.ignored >= FORGERIES) return
  if (!(await context.wildcards.covers(context, domain, lookup.rrset.data))) return
  const message = `${owner}: every name has the same SRV records (a wildcard), so they do not show that there is such a cluster`
  context.question.emit({ type: 'warning', code: 'srv-wildcard', message })
}

function endWithoutService(
  context: DnsResolveContext,
  asked: Asking,
  lookup: Exclude<SrvLookup, { readonly kind: 'found' }>,
): void {
  if (lookup.kind === 'empty') warnOfServers(context, lookup)
  endUnfound(asked, lookup)
}

async function askWhetherListed(
  context: DnsResolveContext,
  cluster: ClusterName,
  questions: readonly DomainQuestion[],
): Promise<void> {
  await Promise.all(
    questions
      .filter(({ lookup }) => lookup?.kind === 'empty')
      .map(({ domain }) => lookUpNames(context, domain, cluster)),
  )
}
