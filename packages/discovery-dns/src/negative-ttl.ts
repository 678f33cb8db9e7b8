import { isSubdomainOf, type Message, type Name, RecordClass } from '@pstorage/dns-message'
import { secondsOf } from './time-to-live.js'

/** Seconds for which a "no" is kept at most: what RFC 2308 section 5 found to work well. */
const MAX_NEGATIVE_TTL = 10_800

/**
 * Seconds for which a "no" may be kept: the less of the TTL and the MINIMUM of the SOA record that came with it, at most
 * three hours; `undefined` without one, as then nobody has said how long (RFC 2308 section 5).
 *
 * @param name the one that does not exist: behind aliases their last target
 */
export function negativeTtlOf({ authorities }: Message, name: Name): number | undefined {
  for (const { name: owner, class: recordClass, ttl, data } of authorities) {
    if (data.kind !== 'SOA' || recordClass !== RecordClass.IN || !isSubdomainOf(name, owner)) continue
    return Math.min(secondsOf(ttl), secondsOf(data.minimum), MAX_NEGATIVE_TTL)
  }
  return undefined
}
