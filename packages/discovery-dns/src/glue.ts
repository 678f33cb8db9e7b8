import { isSubdomainOf, type Name, nameKey, RecordClass } from '@pstorage/dns-message'
import type { LookupFound } from './lookup.js'
import { recordAddress } from './record-address.js'
import type { ServiceTarget } from './service-targets.js'
import { secondsOf } from './time-to-live.js'

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

interface FoundGlue {
  readonly addresses: HostAddress[]
  hasA: boolean
  hasAAAA: boolean
}

const NO_GLUE: Glue = { addresses: [], complete: false }

/**
 * Takes the addresses of targets from the additional section of an answer, for targets below the domain that was asked. Gives
 * that of a target by its key.
 *
 * A server leaves out what does not fit, and nothing says so (RFC 2181 section 9). So a target is complete when it has
 * every family that any of the targets has; and where one has nothing at all, when it has both.
 */
export function glueOf(
  { message: { additionals }, proven }: LookupFound,
  targets: readonly ServiceTarget[],
  domain: Name,
): (key: string) => Glue {
  const glue = new Map<string, FoundGlue>()
  for (const { target, key } of targets) {
    if (isSubdomainOf(target, domain)) glue.set(key, { addresses: [], hasA: false, hasAAAA: false })
  }
  for (const { name, class: recordClass, ttl, data } of additionals) {
    if ((data.kind !== 'A' && data.kind !== 'AAAA') || recordClass !== RecordClass.IN) continue
    const found = glue.get(nameKey(name))
    if (found === undefined) continue
    found.addresses.push({ address: recordAddress(data), ttl: secondsOf(ttl), authenticated: proven })
    if (data.kind === 'A') found.hasA = true
    else found.hasAAAA = true
  }
  let [needsA, needsAAAA, isCut] = [false, false, false]
  for (const { hasA, hasAAAA } of glue.values()) {
    needsA ||= hasA
    needsAAAA ||= hasAAAA
    isCut ||= !hasA && !hasAAAA
  }
  return (key) => {
    const found = glue.get(key)
    if (found === undefined) return NO_GLUE
    const { addresses, hasA, hasAAAA } = found
    const hasAll = (hasA || !(needsA || isCut)) && (hasAAAA || !(needsAAAA || isCut))
    return { addresses, complete: addresses.length > 0 && hasAll }
  }
}
