import { type Asking, addressConcern, type ClusterName, formatEndpoint } from '@pstorage/discovery-core'
import { type Name, nameToText } from '@pstorage/dns-message'
import { type DnsResolveContext, dnsSource, endUnfound, warnOfServers } from './dns-context.js'
import { firstInOrder } from './first-in-order.js'
import { linkedAbort } from './linked-abort.js'
import { describeLookupFailures } from './lookup.js'
import { lookUpService, type ServiceFound, type SrvLookup, srvOwner, type TargetHost } from './srv-lookup.js'
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
  const decided = linkedAbort(question.signal)
  const { signal } = decided
  let isDecided = false
  const questions = settings.domains.map((domain): DomainQuestion => {
    const asked = question.asking({ method: 'dns-srv', target: nameToText(srvOwner(context, cluster, domain)) })
    return { domain, asked, result: lookUpService(context, cluster, domain, signal) }
  })
  const winner = await firstInOrder(
    questions.map(async ({ domain, asked, result }) => {
      const lookup = await result
      if (lookup.kind === 'found') return { domain, asked, service: lookup }
      if (!isDecided) endWithoutService(context, asked, lookup)
      return undefined
    }),
    () => question.clock.sleep(PATIENCE, signal).catch(() => {}),
  )
  isDecided = true
  decided.abort(serviceDecided)
  if (winner === undefined) return askWhetherListed(context, cluster, questions)

  emitService(context, cluster, winner.service, winner.asked)
  await Promise.all(questions.map(({ result }) => result))
  const domain = nameToText(winner.domain)
  for (const { asked } of questions) asked.ended('skipped', { detail: `not needed: ${domain} has the cluster` })
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

function emitService(context: DnsResolveContext, cluster: ClusterName, service: ServiceFound, asked: Asking): void {
  const { question } = context
  const { owner, lookup, hosts } = service
  const server = lookup.server.text
  const { authenticated, rrset } = lookup
  warnOfServers(context, lookup)
  for (const warning of service.warnings) question.emit({ type: 'warning', ...warning })
  const source = dnsSource('dns-srv', owner, { server, ttl: rrset.ttl, authenticated })
  question.emit({ type: 'cluster', name: cluster, source })
  const counts = hosts.map((host, index) => emitHost(context, service, host, index))
  const count = counts.reduce((sum, emitted) => sum + emitted, 0)

  const failure = hosts.flatMap(({ failures }) => failures)[0]
  if (count > 0) asked.ended('found', { count, server, detail: lookup.detail })
  else if (failure !== undefined) asked.ended(failure.status, { server: failure.server, error: failure.error })
  else asked.ended('empty', { server, detail: 'SRV records without a usable address' })
}

/** Emits the endpoints of one target, and says how many they are. */
function emitHost(
  { question }: DnsResolveContext,
  { owner, lookup }: ServiceFound,
  { target, addresses, alias, failures }: TargetHost,
  index: number,
): number {
  const warn = (code: string, message: string): void => {
    question.emit({ type: 'warning', code, message: `${owner}: ${message}` })
  }
  const host = nameToText(target.target)
  if (alias) warn('srv-target-alias', `the target ${host} is an alias, which RFC 2782 forbids; name the host itself`)
  if (addresses.length === 0) {
    const why = failures.length > 0 ? describeLookupFailures(failures) : 'there is no A or AAAA record'
    warn('srv-target-unresolved', `${host}:${target.port} has no known address: ${why}`)
  }
  let count = 0
  for (const [place, { address, ttl, authenticated }] of addresses.entries()) {
    const concern = addressConcern(address)
    const text = formatEndpoint({ address, port: target.port })
    if (concern?.level === 'refuse') {
      warn('srv-address-refused', `${host}: ${text} ${concern.reason}; no MDS can be there`)
      continue
    }
    if (concern !== undefined) warn('srv-address-local', `${host}: ${text} ${concern.reason}`)
    count += 1
    const least = Math.min(lookup.rrset.ttl, ttl)
    const proven = lookup.authenticated && authenticated
    question.emit({
      type: 'endpoint',
      address,
      port: target.port,
      host: target.literal === undefined ? host : null,
      priority: target.priority,
      weight: target.weight,
      ttl: least,
      source: dnsSource('dns-srv', owner, { server: lookup.server.text, ttl: least, authenticated: proven }),
      preference: [index, place],
    })
  }
  return count
}
