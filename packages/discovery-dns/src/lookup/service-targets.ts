import { canonicalAddress, orderByPriorityAndWeight, type Random, type Warning } from '@pstorage/discovery-core'
import { isSubdomainOf, type Name, nameToText, type ServiceData } from '@pstorage/dns-message'
import { WarningList } from '../client/current-settings.js'
import type { RrsetFound } from '../reply/rrset.js'

/** Number of targets of one cluster that are used: each may take two queries. */
const MAX_TARGETS = 1_000

/** One SRV record that can be used. */
export interface ServiceTarget extends Omit<ServiceData, 'kind'> {
  /** The target as text. */
  readonly host: string
  /** The same for all spellings of the target. */
  readonly key: string
  /** An IP address written where a host name belongs, which RFC 2782 forbids and many do. */
  readonly literal: string | undefined
}

/** Targets of SRV records. */
export interface ServiceTargets {
  /** In the order in which they should be tried. */
  readonly targets: readonly ServiceTarget[]
  readonly warnings: readonly Warning[]
}

/** Sorts the good SRV records from the bad, and orders the good ones as RFC 2782 says. */
export function serviceTargets(
  rrset: RrsetFound,
  owner: string,
  { domain, sameDomain, random }: { readonly domain: Name; readonly sameDomain: boolean; readonly random: Random },
): ServiceTargets {
  const targets = new Map<string, ServiceTarget>()
  const warnings = new WarningList(owner)
  for (const data of rrset.data) {
    if (data.kind !== 'SRV') continue
    const { target, port, priority, weight } = data
    const host = nameToText(target)
    const literal = addressWritten(target)
    if (target.length === 0) {
      warnings.add(
        'srv-not-available',
        'the target "." says that the service is decidedly not available here (RFC 2782)',
      )
    } else if (port === 0) {
      warnings.add('srv-port-invalid', `the port of ${host} is 0; write the port that the MDS listens on`)
    } else if (sameDomain && !isSubdomainOf(target, domain)) {
      warnings.add('srv-target-foreign', `the target ${host} is outside of ${nameToText(domain)} and was refused`)
    } else {
      if (literal !== undefined) {
        warnings.add('srv-target-address', `the target ${host} is an address; give it a name and an A or AAAA record`)
      }
      // The same host and port twice is one MDS: the better priority counts.
      const key = host.toLowerCase()
      const hostAndPort = `${key} ${port}`
      const known = targets.get(hostAndPort)
      if (known === undefined || priority < known.priority) {
        targets.set(hostAndPort, { target, host, key, literal, port, priority, weight })
      }
    }
  }
  const ordered = orderByPriorityAndWeight([...targets.values()], random)
  if (ordered.length > MAX_TARGETS) {
    warnings.add('srv-too-many', `there are ${ordered.length} targets; the best ${MAX_TARGETS} are used`)
  }
  const best = ordered.length > MAX_TARGETS ? ordered.slice(0, MAX_TARGETS) : ordered
  return { targets: best, warnings: warnings.warnings }
}

/** Tells nearly all host names from addresses for less than reading them as one. */
const STARTS_WITH_DIGIT = /^\d/

/** `192.0.2.1.` is read as four labels. */
function addressWritten(target: Name): string | undefined {
  const [, , , last] = target
  return target.length === 4 && last !== undefined && STARTS_WITH_DIGIT.test(last)
    ? canonicalAddress(target.join('.'))
    : undefined
}
