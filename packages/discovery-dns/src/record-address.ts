import { canonicalAddress } from '@pstorage/discovery-core'
import type { AddressData } from '@pstorage/dns-message'

/** The address of a record. An AAAA record may hold an IPv4-mapped one, which is shown as the IPv4 address it stands for. */
export function recordAddress({ address }: AddressData): string {
  return canonicalAddress(address) ?? address
}
