import { canonicalAddress, orderByPriorityAndWeight, type Random, type Warning } from '@pstorage/discovery-core'
import { isSubdomainOf, type Name, nameKey, nameToText, type ServiceData } from '@pstorage/dns-message'
import type { RrsetFound } from './rrset.js'

/** One SRV record that can be used. */
export interface ServiceTarget extends ServiceData {
  /** An IP address written where a host name belongs, which RFC 2782 forbids and many do. */
  readonly literal: string | undefined
}

/** What SRV records say. */
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
  const warnings: Warning[] = []
  const warn = (code: string, message: string): void => {
    warnings.push({ code, message: `${owner}: ${message}` })
  }
  for (const data of rrset.data) {
    if (data.kind !== 'SRV') continue
    const { target, port } = data
    const host = nameToText(target)
    const literal = addressWritten(target)
    if (target.length === 0) {
      warn('srv-not-available', 'the target "." says that the service is decidedly not available here (RFC 2782)')
    } else if (port === 0) {
      warn('srv-port-invalid', `the port of ${host} is 0; write the port that the MDS listens on`)
    } else if (sameDomain && !isSubdomainOf(target, domain)) {
      warn('srv-target-foreign', `the target ${host} is outside of ${nameToText(domain)} and was refused`)
    } else {
      if (literal !== undefined) {
        warn('srv-target-address', `the target ${host} is an address; give it a name and an A or AAAA record`)
      }
      // The same host and port twice is one MDS: the better priority counts.
      const key = `${nameKey(target)} ${port}`
      const known = targets.get(key)
      if (known === undefined || data.priority < known.priority) targets.set(key, { ...data, literal })
    }
  }
  return { targets: orderByPriorityAndWeight([...targets.values()], random), warnings }
}

/** `192.0.2.1.` is read as four labels. */
function addressWritten(target: Name): string | undefined {
  return target.length === 4 ? canonicalAddress(target.join('.')) : undefined
}
