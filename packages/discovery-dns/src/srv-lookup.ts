import type { ClusterName, Ending } from '@pstorage/discovery-core'
import { type Name, nameToText, RecordType } from '@pstorage/dns-message'
import { type DnsContext, lookUpIn } from './dns-context.js'
import { glueOf, type HostAddress } from './glue.js'
import { type HostLookup, hostAddresses } from './host-addresses.js'
import type { Lookup, LookupFound } from './lookup.js'
import { type ServiceTarget, type ServiceTargets, serviceTargets } from './service-targets.js'

/** What one search domain says about a cluster by SRV. */
export type SrvLookup = ServiceFound | Exclude<Lookup, { readonly kind: 'found' }>

/** The domain has the cluster. */
export interface ServiceFound extends ServiceTargets {
  readonly kind: 'found'
  /** The owner of the SRV records, as text. */
  readonly owner: string
  readonly lookup: LookupFound
  readonly hosts: readonly TargetHost[]
}

/** A target, and what is known about its addresses. */
export interface TargetHost extends HostLookup {
  readonly target: ServiceTarget
}

/** The owner of the SRV records of a cluster. */
export function srvOwner({ service }: DnsContext, cluster: ClusterName, domain: Name): Name {
  return [...service, cluster, ...domain]
}

/** Asks one search domain for the SRV records of a cluster, and for the addresses of their targets. */
export async function lookUpService(
  context: DnsContext,
  cluster: ClusterName,
  domain: Name,
  ending: Ending,
): Promise<SrvLookup> {
  const name = srvOwner(context, cluster, domain)
  const lookup = await lookUpIn(context, name, RecordType.SRV, ending)
  if (lookup.kind !== 'found') return lookup
  const owner = nameToText(name)
  const { sameDomainTargets: sameDomain, random } = context
  const { targets, warnings } = serviceTargets(lookup.rrset, owner, { domain, sameDomain, random })
  const { authenticated, proven, rrset } = lookup
  const glue = glueOf(
    lookup,
    targets.map(({ target }) => target),
    domain,
  )
  const hostOf = async ({ target, literal }: ServiceTarget): Promise<HostLookup> => {
    if (literal !== undefined) return known([{ address: literal, ttl: rrset.ttl, authenticated }])
    const along = glue(target)
    // The AD bit does not speak for what comes along (RFC 4035 section 3.2.3), so where it is believed that is asked for.
    if (along.complete && (proven || !authenticated)) return known(along.addresses)
    return hostAddresses(context, target, along, ending)
  }
  const hosts = await Promise.all(
    targets.map(async (target): Promise<TargetHost> => ({ target, ...(await hostOf(target)) })),
  )
  return { kind: 'found', owner, lookup, targets, warnings, hosts }
}

function known(addresses: readonly HostAddress[]): HostLookup {
  return { addresses, alias: false, failures: [] }
}
