import { type Asking, addressConcern, type ClusterName, formatEndpoint, type Source } from '@pstorage/discovery-core'
import { type DnsResolveContext, dnsSource, warnOfServers } from './dns-context.js'
import { describeLookupFailures } from './lookup.js'
import type { ServiceFound, TargetHost } from './srv-lookup.js'
import { WarningList } from './warning-list.js'

/** Emits what a search domain says about a cluster, and ends the asking. Says whether there were endpoints. */
export function emitService(
  context: DnsResolveContext,
  cluster: ClusterName,
  service: ServiceFound,
  asked: Asking,
): boolean {
  const { question } = context
  const { owner, lookup, hosts } = service
  const { authenticated, detail, rrset } = lookup
  const server = lookup.server.text
  warnOfServers(context, lookup)
  for (const warning of service.warnings) question.emit({ type: 'warning', ...warning })
  const source = dnsSource('dns-srv', owner, { server, ttl: rrset.ttl, authenticated })
  question.emit({ type: 'cluster', name: cluster, source })

  const emitted = new Set<string>()
  const found = new WarningList(owner)
  for (const [index, host] of hosts.entries()) emitHost(context, service, { host, index, source, emitted, found })
  for (const warning of found.warnings) question.emit({ type: 'warning', ...warning })

  const failure = emitted.size === 0 ? hosts.flatMap(({ failures }) => failures)[0] : undefined
  if (emitted.size > 0) asked.ended('found', { count: emitted.size, server, detail })
  else if (failure !== undefined) asked.ended(failure.status, { server: failure.server, error: failure.error })
  else asked.ended('empty', { server, detail: 'SRV records without a usable address' })
  return emitted.size > 0
}

interface HostToEmit {
  readonly host: TargetHost
  /** Its place in the order of targets. */
  readonly index: number
  /** Of the SRV records. */
  readonly source: Source
  /** Receives each endpoint as text: several targets may share an address. */
  readonly emitted: Set<string>
  readonly found: WarningList
}

/** Emits the endpoints of one target. */
function emitHost(
  { question }: DnsResolveContext,
  { lookup }: ServiceFound,
  { host: { target, addresses, alias, failures }, index, source, emitted, found }: HostToEmit,
): void {
  const { host } = target
  if (alias)
    found.add('srv-target-alias', `the target ${host} is an alias, which RFC 2782 forbids; name the host itself`)
  if (addresses.length === 0) {
    const why = failures.length > 0 ? describeLookupFailures(failures) : 'there is no A or AAAA record'
    found.add('srv-target-unresolved', `${host}:${target.port} has no known address: ${why}`)
  } else if (failures.length > 0) {
    found.add('srv-target-incomplete', `${host} may have more addresses: ${describeLookupFailures(failures)}`)
  }

  for (const [place, { address, ttl, authenticated }] of addresses.entries()) {
    const text = formatEndpoint({ address, port: target.port })
    const concern = addressConcern(address)
    if (concern?.level === 'refuse') {
      found.add('srv-address-refused', `${host}: ${text} ${concern.reason}; no MDS can be there`)
      continue
    }
    if (concern !== undefined) found.add('srv-address-local', `${host}: ${text} ${concern.reason}`)
    emitted.add(text)
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
      // Nearly always the address is as good as the SRV records.
      source:
        least === source.ttl && proven === source.authenticated
          ? source
          : { ...source, ttl: least, authenticated: proven },
      preference: [index, place],
    })
  }
}
