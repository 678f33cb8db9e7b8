import { cached, memoryResolver, resolveCluster } from '@pstorage/discovery-core'
import type { Row } from '../row.js'

/** Hits in one call: with fewer, what surrounds them would count too. */
const HITS = 1_000

const resolver = cached(memoryResolver({ clusters: { alpha: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] } }))

/** The bar is absolute, a million hits a second, so that the peer is the clock itself. */
export const cachedHit: Row = {
  name: 'cached-hit',
  description: `Resolve a cluster of 3 MDS out of a cache, ${HITS} times, one after another`,
  against: '1 ms of the clock',
  bar: 1,
  async ours() {
    let report: unknown
    for (let hits = 0; hits < HITS; hits += 1) report = await resolveCluster(resolver, 'alpha')
    return report
  },
  peer() {
    const end = performance.now() + 1
    while (performance.now() < end);
    return end
  },
}
