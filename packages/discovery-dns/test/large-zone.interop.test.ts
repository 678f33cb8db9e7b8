import { clusterZone, namedServer } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'

const CLUSTERS = 100_000
/** KiB, for five transfers after the first: the names of one, and what the engine has not collected yet. */
const MOST_GROWTH = 96 * 1024

describe('a zone of 100,000 clusters', () => {
  it('is transferred with flat memory', async () => {
    await using named = await namedServer({
      zones: { 'large.test': clusterZone({ clusters: CLUSTERS }) },
      allowTransfer: 'any',
    })
    await using resolver = dnsResolver({ servers: [named.server], domains: ['large.test'] })
    /** Nothing is kept of what comes, so that what grows is what the resolver keeps. */
    const count = async (): Promise<number> => {
      let names = 0
      for await (const event of resolver.discover({ timeout: 30_000 })) if (event.type === 'cluster') names += 1
      return names
    }
    expect(await count()).toBe(CLUSTERS)
    const before = process.resourceUsage().maxRSS
    for (let round = 0; round < 5; round += 1) expect(await count()).toBe(CLUSTERS)
    const growth = process.resourceUsage().maxRSS - before
    expect(growth).toBeLessThan(MOST_GROWTH)
  })
})
