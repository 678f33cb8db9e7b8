import type { Ending } from '@pstorage/discovery-core'
import { type Name, RecordType } from '@pstorage/dns-message'
import { type DnsContext, lookUpIn } from './dns-context.js'
import type { Glue, HostAddress } from './glue.js'
import type { Lookup, LookupFailed } from './lookup.js'
import { recordAddress } from './record-address.js'

/** What is known about an SRV target. */
export interface HostLookup {
  readonly addresses: readonly HostAddress[]
  /** The target is an alias, which RFC 2782 forbids. */
  readonly alias: boolean
  /** Why there is no address, or not every address; empty when everybody answered. */
  readonly failures: readonly LookupFailed[]
}

/** Asks for the addresses of an SRV target, A and AAAA together unless `options no-aaaa` is set. What came along serves where that brings none. */
export async function hostAddresses(
  context: DnsContext,
  target: Name,
  glue: Glue,
  ending: Ending,
): Promise<HostLookup> {
  const { noAaaa = false } = context.settings.options
  const types = noAaaa ? [RecordType.A] : [RecordType.A, RecordType.AAAA]
  const lookups = await Promise.all(types.map((type) => lookUpIn(context, target, type, ending)))
  const addresses = lookups.flatMap(addressesOf)
  return {
    addresses: addresses.length > 0 ? addresses : glue.addresses,
    alias: lookups.some((lookup) => lookup.kind === 'found' && lookup.rrset.aliases > 0),
    failures: lookups.filter((lookup) => lookup.kind === 'failed'),
  }
}

function addressesOf(lookup: Lookup): readonly HostAddress[] {
  if (lookup.kind !== 'found') return []
  const { rrset, authenticated } = lookup
  return rrset.data.flatMap((data) =>
    data.kind === 'A' || data.kind === 'AAAA' ? [{ address: recordAddress(data), ttl: rrset.ttl, authenticated }] : [],
  )
}
