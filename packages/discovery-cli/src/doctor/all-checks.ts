import { bootstrapChecks } from '@pstorage/discovery-bootstrap/checks'
import type { CheckDescription } from '@pstorage/discovery-core/checks'
import { dnsChecks } from '@pstorage/discovery-dns/checks'
import { zeroconfChecks } from '@pstorage/discovery-zeroconf/checks'
import { listStaleCheck, sourcesAgreeCheck } from './agreement.js'
import { clusterFoundCheck } from './clusters.js'
import { networkCheck } from './network.js'
import { mdsReachableCheck } from './reachability.js'

/** Checks that belong together. */
export interface CheckGroup {
  /** As `doctor` prints it. */
  readonly title: string
  readonly checks: readonly CheckDescription[]
}

/** Every check that `doctor` and `zone lint` make, in the order in which they are printed. */
export const allChecks: readonly CheckGroup[] = [
  { title: 'host', checks: [networkCheck] },
  { title: 'dns', checks: dnsChecks },
  { title: 'bootstrap', checks: bootstrapChecks },
  { title: 'zeroconf', checks: zeroconfChecks },
  { title: 'clusters', checks: [clusterFoundCheck, sourcesAgreeCheck, listStaleCheck, mdsReachableCheck] },
]
