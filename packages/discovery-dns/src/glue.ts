import { isSubdomainOf, type Name, nameKey, RecordClass } from '@pstorage/dns-message'
import type { LookupFound } from './lookup.js'
import { recordAddress } from './record-address.js'
import { leastTtl } from './rrset.js'

/** An address of an SRV target. */
export interface HostAddress {
  readonly address: string
  /** Seconds. */
  readonly ttl: number
  readonly authenticated: boolean
}

/** The addresses of a target that came along with an answer. */
export interface Glue {
  readonly addresses: readonly HostAddress[]
  /** Whether they are all that the target has, as far as one can tell. */
  readonly complete: boolean
}

type Family = 'A' | 'AAAA'

interface FoundGlue {
  readonly addresses: HostAddress[]
  readonly families: Set<Family>
}

/**
 * Takes the addresses of targets from the additional section of an answer, for targets below the domain that was asked.
 *
 * A server leaves out what does not fit, and nothing says so (RFC 2181 section 9). So a target is complete when it has
 * every family that any of the targets has; and where one has nothing at all, when it has both.
 */
export function glueOf(
  { message: { additionals }, proven }: LookupFound,
  targets: readonly Name[],
  domain: Name,
): (target: Name) => Glue {
  const glue = new Map<string, FoundGlue>()
  for (const target of targets) {
    if (isSubdomainOf(target, domain)) glue.set(nameKey(target), { addresses: [], families: new Set() })
  }
  for (const record of additionals) {
    const { data } = record
    if ((data.kind !== 'A' && data.kind !== 'AAAA') || record.class !== RecordClass.IN) continue
    const found = glue.get(nameKey(record.name))
    found?.families.add(data.kind)
    found?.addresses.push({
      address: recordAddress(data),
      ttl: leastTtl([record], Number.POSITIVE_INFINITY),
      authenticated: proven,
    })
  }
  const expected = expectedFamilies([...glue.values()])
  return (target) => {
    const { addresses = [], families = new Set() } = glue.get(nameKey(target)) ?? {}
    return { addresses, complete: addresses.length > 0 && expected.every((family) => families.has(family)) }
  }
}

function expectedFamilies(all: readonly FoundGlue[]): readonly Family[] {
  const isCut = all.some(({ families }) => families.size === 0)
  return (['A', 'AAAA'] as const).filter((family) => isCut || all.some(({ families }) => families.has(family)))
}
