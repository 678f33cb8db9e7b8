import { canonicalAddress } from '@pstorage/discovery-core'
import type { AddressData } from '@pstorage/dns-message'

/** The address of a record. An AAAA record may hold an IPv4-mapped one, which is shown as the IPv4 address it stands for. */
export function recordAddress({ kind, address }: AddressData): string {
  if (kind === 'A') return address
  return canonicalAddress(address) ?? address
}
