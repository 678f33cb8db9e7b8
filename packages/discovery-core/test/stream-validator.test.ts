import { describe, expect, it } from 'vitest'
import { type DiscoverEvent, discoverClusters, mergeOf, parseClusterName } from '../src/index.js'
import { StreamValidator } from '../src/query/relay.js'

const source = { backend: 'dns', method: 'dns-axfr', origin: 'test', ttl: 1, authenticated: false } as const
const name: DiscoverEvent = { type: 'cluster', name: parseClusterName('alpha'), source }
const warning: DiscoverEvent = { type: 'warning', code: 'odd', message: 'odd' }

function accountOf(event: DiscoverEvent, count: number): StreamValidator {
  const account = new StreamValidator()
  for (let added = 0; added < count; added += 1) account.add(event)
  return account
}

describe('how much a resolver inside another one may say', () => {
  it.each([
    ['names', name, 5_000_000, /5000000 cluster names/],
    ['other events', warning, 1_000_000, /1000000 events/],
  ] as const)('%s', (_, event, most, says) => {
    const account = accountOf(event, most)
    expect(account.excess).toBeUndefined()
    account.add(event)
    expect(account.excess).toMatch(says)
  })

  it('more than a million names go through a composition', { timeout: 60_000 }, async () => {
    const count = 1_000_001
    const resolver = {
      name: 'large',
      async *discover(): AsyncGenerator<DiscoverEvent> {
        for (let given = 0; given < count; given += 1) yield name
        yield { type: 'end', outcome: 'found' }
      },
      async *resolve() {},
      async [Symbol.asyncDispose]() {},
    }
    const { outcome, clusters, attempts } = await discoverClusters(mergeOf([resolver]), { timeout: 50_000 })
    expect({ outcome, attempts }).toEqual({ outcome: 'found', attempts: [] })
    expect(clusters).toMatchObject([{ name: 'alpha' }])
  })
})
