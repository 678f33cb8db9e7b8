import { canonicalAddress } from '@pstorage/discovery-core'
import { equalNames, isSubdomainOf, type Message, type Name, RecordClass, RecordType } from '@pstorage/dns-message'
import { type DnsContext, lookUpIn } from './dns-context.js'
import type { Lookup, LookupFailed, LookupFound } from './lookup.js'
import { leastTtl } from './rrset.js'

/** An address of an SRV target. */
export interface HostAddress {
  readonly address: string
  /** Seconds. */
  readonly ttl: number
  readonly authenticated: boolean
}

/** What is known about an SRV target. */
export interface HostLookup {
  readonly addresses: readonly HostAddress[]
  /** The target is an alias, which RFC 2782 forbids. */
  readonly alias: boolean
  /** Why there is no address, or not every address; empty when everybody answered. */
  readonly failures: readonly LookupFailed[]
}

/**
 * The addresses of an SRV target: those that came along with the answer, if the target is below the domain that was asked;
 * otherwise by asking for A and AAAA together. The AD bit does not speak for what comes along (RFC 4035 section 3.2.3), so
 * where it is believed those addresses are the last resort.
 */
export async function hostAddresses(
  context: DnsContext,
  target: Name,
  { message, authenticated }: LookupFound,
  domain: Name,
  signal: AbortSignal,
): Promise<HostLookup> {
  const glue = isSubdomainOf(target, domain) ? addressesIn(message, target) : []
  const fromGlue = { addresses: glue, alias: false, failures: [] }
  if (glue.length > 0 && !authenticated) return fromGlue
  const lookups = await Promise.all([
    lookUpIn(context, target, RecordType.A, signal),
    lookUpIn(context, target, RecordType.AAAA, signal),
  ])
  const addresses = lookups.flatMap(addressesOf)
  if (addresses.length === 0 && glue.length > 0) return fromGlue
  return {
    addresses,
    alias: lookups.some((lookup) => lookup.kind === 'found' && lookup.rrset.aliases > 0),
    failures: lookups.filter((lookup) => lookup.kind === 'failed'),
  }
}

function addressesIn({ additionals }: Message, host: Name): readonly HostAddress[] {
  return additionals.flatMap((record) => {
    const { data } = record
    const isAddress = (data.kind === 'A' || data.kind === 'AAAA') && record.class === RecordClass.IN
    if (!isAddress || !equalNames(record.name, host)) return []
    return [
      { address: canonical(data.address), ttl: leastTtl([record], Number.POSITIVE_INFINITY), authenticated: false },
    ]
  })
}

function addressesOf(lookup: Lookup): readonly HostAddress[] {
  if (lookup.kind !== 'found') return []
  const { rrset, authenticated } = lookup
  return rrset.data.flatMap((data) =>
    data.kind === 'A' || data.kind === 'AAAA'
      ? [{ address: canonical(data.address), ttl: rrset.ttl, authenticated }]
      : [],
  )
}

/** An AAAA record may hold an IPv4-mapped address; it is shown as the IPv4 address that it stands for. */
function canonical(address: string): string {
  return canonicalAddress(address) ?? address
}
