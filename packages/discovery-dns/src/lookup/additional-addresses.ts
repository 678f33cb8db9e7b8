import { canonicalAddress } from '@pstorage/discovery-core'
import { type AddressData, isSubdomainOf, type Name, nameKey, RecordClass } from '@pstorage/dns-message'
import { secondsOf } from '../reply/rrset.js'
import type { LookupFound } from './lookup.js'
import type { ServiceTarget } from './service-targets.js'

/** An address of an SRV target. */
export interface HostAddress {
  readonly address: string
  /** Seconds. */
  readonly ttl: number
  readonly authenticated: boolean
}

/** The addresses of a target that came along with an answer. */
export interface AdditionalAddresses {
  readonly addresses: readonly HostAddress[]
  /** True if they are all that the target has, as far as one can tell. */
  readonly complete: boolean
}

interface TargetAddresses {
  readonly addresses: HostAddress[]
  hasA: boolean
  hasAAAA: boolean
}

const NO_ADDRESSES: AdditionalAddresses = { addresses: [], complete: false }

/**
 * Takes the addresses of targets from the additional section of an answer, for targets below the domain that was asked. Gives
 * that of a target by its key.
 *
 * A server leaves out what does not fit, and nothing says so (RFC 2181 section 9). So a target is complete when it has
 * every family that any of the targets has; and where one has nothing at all, when it has both.
 */
export function additionalAddressesOf(
  { message: { additionals }, proven }: LookupFound,
  targets: readonly ServiceTarget[],
  domain: Name,
): (key: string) => AdditionalAddresses {
  const targetsByKey = new Map<string, TargetAddresses>()
  for (const { target, key } of targets) {
    if (isSubdomainOf(target, domain)) targetsByKey.set(key, { addresses: [], hasA: false, hasAAAA: false })
  }
  for (const { name, class: recordClass, ttl, data } of additionals) {
    if ((data.kind !== 'A' && data.kind !== 'AAAA') || recordClass !== RecordClass.IN) continue
    const known = targetsByKey.get(nameKey(name))
    if (known === undefined) continue
    known.addresses.push({ address: recordAddress(data), ttl: secondsOf(ttl), authenticated: proven })
    if (data.kind === 'A') known.hasA = true
    else known.hasAAAA = true
  }
  let [needsA, needsAAAA, isCut] = [false, false, false]
  for (const { hasA, hasAAAA } of targetsByKey.values()) {
    needsA ||= hasA
    needsAAAA ||= hasAAAA
    isCut ||= !hasA && !hasAAAA
  }
  return (key) => {
    const known = targetsByKey.get(key)
    if (known === undefined) return NO_ADDRESSES
    const { addresses, hasA, hasAAAA } = known
    const hasAll = (hasA || !(needsA || isCut)) && (hasAAAA || !(needsAAAA || isCut))
    return { addresses, complete: addresses.length > 0 && hasAll }
  }
}

/** The address of a record. An AAAA record may hold an IPv4-mapped one, which is shown as the IPv4 address it stands for. */
export function recordAddress({ kind, address }: AddressData): string {
  if (kind === 'A') return address
  return canonicalAddress(address) ?? address
}
