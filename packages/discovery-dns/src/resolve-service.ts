import type { Asking, ClusterName } from '@pstorage/discovery-core'
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
  readonly result: Promise<SrvLookup>
}

/**
 * Resolves a cluster: SRV in all search domains at once, and the first of them in order that has the cluster is the
 * answer. Where none has, TXT is asked whether the cluster is at least listed.
 */
export async function resolveService(context: DnsResolveContext, cluster: ClusterName): Promise<void> {
  const { question, settings } = context
  const decided = linkedAbort(question.ending)
  const { ending } = decided
  let isDecided = false
  const questions = settings.domains.map((domain): DomainQuestion => {
    const asked = question.asking({ method: 'dns-srv', target: nameToText(srvOwner(context, cluster, domain)) })
    return { domain, asked, result: lookUpService(context, cluster, domain, ending) }
  })
  const winner = await firstInOrder(
    questions.map(async ({ domain, asked, result }) => {
      const lookup = await result
      if (lookup.kind === 'found') return { domain, asked, service: lookup }
      if (!isDecided) endWithoutService(context, asked, lookup)
      return undefined
    }),
    () => question.clock.sleep(PATIENCE, ending.signal).catch(() => {}),
  )
  isDecided = true
  decided.abort(serviceDecided)
  if (winner === undefined) return askWhetherListed(context, cluster, questions)

  const hasEndpoints = emitService(context, cluster, winner.service, winner.asked)
  await Promise.all(questions.map(({ result }) => result))
  const domain = nameToText(winner.domain)
  for (const { asked } of questions) asked.ended('skipped', { detail: `not needed: ${domain} has the cluster` })
  if (hasEndpoints) await warnOfWildcard(context, winner)
}

/** Endpoints by a wildcard are used, as somebody has published them for any name; they do not show that the cluster exists. */
async function warnOfWildcard(
  context: DnsResolveContext,
  { domain, service: { owner, lookup } }: { readonly domain: Name; readonly service: ServiceFound },
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
    questions.map(async ({ domain, result }) => {
      const { kind } = await result
      if (kind === 'empty') await lookUpNames(context, domain, cluster)
    }),
  )
}
