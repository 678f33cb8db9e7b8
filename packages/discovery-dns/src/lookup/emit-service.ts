import {
  type AttemptHandle,
  addressConcern,
  type Choice,
  type ClusterName,
  destinationRank,
  formatEndpoint,
  type Source,
} from '@pstorage/discovery-core'
import { nameToText } from '@pstorage/dns-message'
import { WarningList } from '../client/current-settings.js'
import type { HostAddress } from './additional-addresses.js'
import { type DnsResolveContext, dnsSource, finishWithoutRecords, warnOfServers } from './dns-context.js'
import { describeLookupFailures, serverAttempts } from './lookup.js'
import type { ServiceAlias, ServiceFound, TargetHost } from './srv-lookup.js'

/** Number of addresses of one target that are used, as each may be connected to. */
const MAX_ADDRESSES = 256

/** Emits what a search domain says about a cluster, and ends the attempt. Says whether there were endpoints. */
export function emitService(
  context: DnsResolveContext,
  cluster: ClusterName,
  service: ServiceFound,
  attempt: AttemptHandle,
  choice: Choice | undefined,
): boolean {
  const { query } = context
  const { owner, lookup, hosts } = service
  const { authenticated, detail, rrset } = lookup
  const server = lookup.server.text
  warnOfServers(context, lookup)
  for (const warning of service.warnings) query.emit({ type: 'warning', ...warning })
  const source = dnsSource('dns-srv', owner, { server, ttl: rrset.ttl, authenticated })
  const chosen = choice === undefined ? undefined : { choice }
  query.emit({ type: 'cluster', name: cluster, source, ...chosen })

  const emitted = new Set<string>()
  const warnings = new WarningList(owner)
  for (const [index, host] of hosts.entries())
    emitHost(context, service, { host, index, source, chosen, emitted, warnings })
  for (const warning of warnings.warnings) query.emit({ type: 'warning', ...warning })

  const failure = hosts.find(({ failures }) => failures.length > 0)?.failures[0]
  const servers = serverAttempts(lookup.servers)
  if (emitted.size > 0) {
    const incomplete = failure !== undefined || hosts.some(({ addresses }) => addresses.length > MAX_ADDRESSES)
    attempt.finish('found', { count: emitted.size, server, detail, servers, incomplete })
  } else if (failure !== undefined) {
    attempt.finish(failure.status, { server: failure.server, error: failure.error, servers })
  } else {
    attempt.finish('empty', { server, detail: 'SRV records without a usable address', servers })
  }
  return emitted.size > 0
}

/** Emits that a cluster exists whose owner of SRV records is an alias of something without such records. */
export function emitAlias(
  context: DnsResolveContext,
  cluster: ClusterName,
  { owner, alias, lookup }: ServiceAlias,
  attempt: AttemptHandle,
  choice: Choice | undefined,
): void {
  const { query } = context
  const { ttl, authenticated } = alias
  const target = nameToText(alias.target)
  const source = dnsSource('dns-srv', owner, { server: alias.server.text, ttl, authenticated })
  query.emit({ type: 'cluster', name: cluster, source, ...(choice !== undefined && { choice }) })
  const why =
    lookup.kind === 'empty' ? `has no SRV records (${lookup.why})` : `cannot be looked up: ${lookup.error.message}`
  const message = `${owner} is an alias of ${target}, which ${why}`
  query.emit({ type: 'warning', code: 'srv-alias-dangling', message })
  finishWithoutRecords(attempt, lookup)
}

interface HostToEmit {
  readonly host: TargetHost
  /** Its place in the order of targets. */
  readonly index: number
  /** Of the SRV records. */
  readonly source: Source
  readonly chosen: { readonly choice: Choice } | undefined
  /** Receives each endpoint as text: several targets may share an address. */
  readonly emitted: Set<string>
  readonly warnings: WarningList
}

/** Emits the endpoints of one target. */
function emitHost(
  { query, ownAddresses }: DnsResolveContext,
  { lookup }: ServiceFound,
  { host: { target, addresses, alias, failures }, index, source, chosen, emitted, warnings }: HostToEmit,
): void {
  const { host } = target
  if (alias)
    warnings.add('srv-target-alias', `the target ${host} is an alias, which RFC 2782 forbids; name the host itself`)
  // Of questions that were too many there is one warning for all targets.
  const isAsked = failures.every(({ error }) => error.code !== 'ELIMIT')
  if (addresses.length > MAX_ADDRESSES) {
    warnings.add(
      'srv-too-many-addresses',
      `${host} has ${addresses.length} addresses; the first ${MAX_ADDRESSES} are used`,
    )
  } else if (isAsked && addresses.length === 0) {
    const why = failures.length > 0 ? describeLookupFailures(failures) : 'there is no A or AAAA record'
    warnings.add('srv-target-unresolved', `${host}:${target.port} has no known address: ${why}`)
  } else if (isAsked && failures.length > 0) {
    warnings.add('srv-target-incomplete', `${host} may have more addresses: ${describeLookupFailures(failures)}`)
  }

  const usable = orderAddresses(addresses, ownAddresses).slice(0, MAX_ADDRESSES)
  for (const [place, { address, ttl, authenticated }] of usable.entries()) {
    const text = formatEndpoint({ address, port: target.port })
    const concern = addressConcern(address)
    if (concern?.level === 'refuse') {
      warnings.add('srv-address-refused', `${host}: ${text} ${concern.reason}; no MDS can be there`)
      continue
    }
    if (concern !== undefined) warnings.add('srv-address-local', `${host}: ${text} ${concern.reason}`)
    emitted.add(text)
    const least = Math.min(lookup.rrset.ttl, ttl)
    const proven = lookup.authenticated && authenticated
    query.emit({
      type: 'endpoint',
      address,
      port: target.port,
      host: target.literal === undefined ? host : null,
      priority: target.priority,
      weight: target.weight,
      ttl: least,
      // Nearly always the address is as good as the SRV records.
      source:
        least === source.ttl && proven === source.authenticated
          ? source
          : { ...source, ttl: least, authenticated: proven },
      preference: [index, place],
      ...chosen,
    })
  }
}

/** Orders the addresses of one target as RFC 6724 does; those of one kind keep their order. */
function orderAddresses(
  addresses: readonly HostAddress[],
  ownAddresses: () => readonly string[],
): readonly HostAddress[] {
  // Nearly every target has one.
  if (addresses.length < 2) return addresses
  const sources = ownAddresses()
  const ranked = addresses.map((one) => ({ one, rank: destinationRank(one.address, sources) }))
  return ranked.sort((a, b) => a.rank - b.rank).map(({ one }) => one)
}
