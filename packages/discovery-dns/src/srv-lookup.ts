import type { ClusterName, Ending } from '@pstorage/discovery-core'
import { type Name, nameToText, RecordType } from '@pstorage/dns-message'
import { type DnsContext, lookUpIn } from './dns-context.js'
import { glueOf, type HostAddress } from './glue.js'
import { type HostLookup, hostAddresses } from './host-addresses.js'
import type { Lookup, LookupFailed, LookupFound } from './lookup.js'
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

/** The owner of SRV records, and its text. */
export interface SrvOwner {
  readonly name: Name
  readonly text: string
}

/** The owner of the SRV records of a cluster. */
export function srvOwner({ service }: DnsContext, cluster: ClusterName, domain: Name): SrvOwner {
  const name = [...service, cluster, ...domain]
  return { name, text: nameToText(name) }
}

/** Asks one search domain for the SRV records of a cluster, and for the addresses of their targets. */
export async function lookUpService(
  context: DnsContext,
  { name, text: owner }: SrvOwner,
  domain: Name,
  ending: Ending,
): Promise<SrvLookup> {
  const lookup = await lookUpIn(context, name, RecordType.SRV, ending)
  if (lookup.kind !== 'found') return lookup
  const { sameDomainTargets: sameDomain, random } = context
  const { targets, warnings } = serviceTargets(lookup.rrset, owner, { domain, sameDomain, random })
  const { authenticated, proven, rrset } = lookup
  const glue = glueOf(lookup, targets, domain)
  const hosts: TargetHost[] = []
  const asked: Promise<void>[] = []
  for (const [index, target] of targets.entries()) {
    const along = glue(target.key)
    if (target.literal !== undefined) {
      hosts[index] = known(target, [{ address: target.literal, ttl: rrset.ttl, authenticated }])
    } else if (along.complete && (proven || !authenticated)) {
      // The AD bit does not speak for what comes along (RFC 4035 section 3.2.3), so where it is believed that is asked for.
      hosts[index] = known(target, along.addresses)
    } else {
      asked.push(
        hostAddresses(context, target.target, along, ending).then((host) => {
          hosts[index] = { target, ...host }
        }),
      )
    }
  }
  if (asked.length > 0) await Promise.all(asked)
  return { kind: 'found', owner, lookup, targets, warnings, hosts }
}

const NONE: readonly LookupFailed[] = []

function known(target: ServiceTarget, addresses: readonly HostAddress[]): TargetHost {
  return { target, addresses, alias: false, failures: NONE }
}
