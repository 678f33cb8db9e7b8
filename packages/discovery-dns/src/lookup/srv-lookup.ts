import type { CancellationToken, ClusterName } from '@pstorage/discovery-core'
import { type Name, nameToText, RecordType } from '@pstorage/dns-message'
import { additionalAddressesOf, type HostAddress } from './additional-addresses.js'
import { confirmDenial } from './confirm-denial.js'
import { type DnsContext, lookUpIn } from './dns-context.js'
import { type HostLookup, hostAddresses } from './host-addresses.js'
import type { Alias, Lookup, LookupFailed, LookupFound } from './lookup.js'
import { type ServiceTarget, type ServiceTargets, serviceTargets } from './service-targets.js'

/** Result of the SRV lookup of a cluster in one search domain. */
export type SrvLookup = ServiceFound | ServiceAlias | Exclude<Lookup, LookupFound>

/** The owner of the SRV records is an alias without such records: the domain has the cluster, whatever the target says. */
export interface ServiceAlias {
  readonly kind: 'alias'
  /** The owner, as text. */
  readonly owner: string
  readonly alias: Alias
  readonly lookup: Exclude<Lookup, LookupFound>
}

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

/**
 * Asks one search domain for the SRV records of a cluster, and for the addresses of their targets.
 *
 * @param answered called with the first answer, while the proof of a denial may still be looked for
 */
export async function lookUpService(
  context: DnsContext,
  { name, text: owner }: SrvOwner,
  domain: Name,
  ending: CancellationToken,
  answered: (lookup: Lookup) => void,
): Promise<SrvLookup> {
  const question = { name, type: RecordType.SRV, domain }
  let lookup = await lookUpIn(context, question, ending)
  answered(lookup)
  if (lookup.kind === 'empty' && lookup.needsDomain) lookup = await confirmDenial(context, question, lookup, ending)
  if (lookup.kind !== 'found') {
    const { alias } = lookup
    return alias === undefined ? lookup : { kind: 'alias', owner, alias, lookup }
  }
  const { sameDomainTargets: sameDomain, random } = context
  const { targets, warnings } = serviceTargets(lookup.rrset, owner, { domain, sameDomain, random })
  const { authenticated, proven, rrset } = lookup
  const additional = additionalAddressesOf(lookup, targets, domain)
  const hosts: TargetHost[] = []
  const lookups: Promise<void>[] = []
  for (const [index, target] of targets.entries()) {
    const along = additional(target.key)
    if (target.literal !== undefined) {
      hosts[index] = known(target, [{ address: target.literal, ttl: rrset.ttl, authenticated }])
    } else if (along.complete && (proven || !authenticated)) {
      // The AD bit does not speak for what comes along (RFC 4035 section 3.2.3), so where it is believed that is asked for.
      hosts[index] = known(target, along.addresses)
    } else {
      lookups.push(
        hostAddresses(context, target.target, { glue: along, server: lookup.server }, ending).then((host) => {
          hosts[index] = { target, ...host }
        }),
      )
    }
  }
  if (lookups.length > 0) await Promise.all(lookups)
  return { kind: 'found', owner, lookup, targets, warnings, hosts }
}

const NONE: readonly LookupFailed[] = []

function known(target: ServiceTarget, addresses: readonly HostAddress[]): TargetHost {
  return { target, addresses, alias: false, failures: NONE }
}
