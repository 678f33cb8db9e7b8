import { cached, memoryResolver, resolveCluster } from '@pstorage/discovery-core'
import { inTurns, lineOfBound } from '../compare.js'
import type { Row } from '../row.js'

/** A million hits a second. */
const NANOSECONDS = 1_000

/** The bar is absolute: there is no peer. */
export const cachedHit: Row = {
  name: 'cached-hit',
  description: 'Resolve a cluster of 3 MDS out of a cache, one after another',
  async measure() {
    const resolver = cached(memoryResolver({ clusters: { alpha: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] } }))
    const { ours } = await inTurns({ ours: () => resolveCluster(resolver, 'alpha') }, { rounds: 41, calls: 20_000 })
    return [lineOfBound({ against: '1,000,000 a second', ours, bound: NANOSECONDS })]
  },
}
