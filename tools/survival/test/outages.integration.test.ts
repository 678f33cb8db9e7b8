import { type EndpointWatchEvent, watch } from '@pstorage/discovery-core'
import { dnsResolver } from '@pstorage/discovery-dns'
import { type ClusterNameServer, clusterNameServer } from '@pstorage/discovery-dns-server'
import { faultyRelay } from '@pstorage/testbed'
import { describe, expect, it, vi } from 'vitest'
import { domain, entries } from './world.js'

/** The address of the only metadata server that is left, and the one that comes. */
const [first, second] = ['192.0.2.1', '192.0.2.9']

const quick = { timeout: 500, floor: 100, ceiling: 200, retry: 100, retryCeiling: 200, jitter: 0 }

/** A server that can be killed and started again behind an address that stays. */
async function restartingServer() {
  const start = (address: string, port = 0) =>
    clusterNameServer({ origin: domain, port, clusters: [{ name: 'my-cluster', ttl: 0, mds: [{ address }] }] })
  let running: ClusterNameServer | undefined = await start(first)
  const { address, port } = running
  return {
    server: `${address}:${port}`,
    async kill() {
      await running?.close()
      running = undefined
    },
    async start(mds: string) {
      running = await start(mds, port)
    },
    async [Symbol.asyncDispose]() {
      await running?.close()
    },
  }
}

/** Reads a watch until an event of a type, and fails on any that may not come before. */
async function until(
  events: AsyncIterator<EndpointWatchEvent>,
  type: EndpointWatchEvent['type'],
): Promise<EndpointWatchEvent> {
  const { done, value } = await events.next()
  if (done === true) throw new Error(`the watch ended before ${type}`)
  expect(value.type).toBe(type)
  return value
}

describe('a watch while its only name server', { timeout: 30_000 }, () => {
  it('is killed and started again: nothing is removed meanwhile, and what has changed is seen', async () => {
    await using server = await restartingServer()
    await using resolver = dnsResolver({ servers: [server.server], domains: [domain] })
    await using watching = watch(resolver, 'my-cluster', quick)
    const events = watching[Symbol.asyncIterator]()
    expect(await until(events, 'snapshot')).toMatchObject({ outcome: 'found', endpoints: [{ address: first }] })
    for (let round = 0; round < 3; round += 1) {
      await server.kill()
      expect(await until(events, 'stale')).toMatchObject({ outcome: 'found', endpoints: [{ address: first }] })
      await server.start(first)
      expect(await until(events, 'recovered')).toMatchObject({ endpoints: [{ address: first }] })
    }
    await server.kill()
    await until(events, 'stale')
    await server.start(second)
    const seen = new Map<string, string>()
    for await (const event of { [Symbol.asyncIterator]: () => events }) {
      if (event.type === 'added' || event.type === 'removed') seen.set(event.type, event.address)
      if (seen.size === 2) break
    }
    expect(Object.fromEntries(seen)).toEqual({ added: second, removed: first })
  })

  it('cannot be heard for a while', async () => {
    await using server = await clusterNameServer({ origin: domain, clusters: entries, ttl: 0 })
    await using relay = await faultyRelay({ target: server, seed: 1 })
    await using resolver = dnsResolver({ servers: [relay.server], domains: [domain] })
    await using watching = watch(resolver, 'my-cluster', quick)
    const events = watching[Symbol.asyncIterator]()
    await until(events, 'snapshot')
    relay.faults = { loss: 1_000 }
    const stale = await until(events, 'stale')
    expect(stale).toMatchObject({ outcome: 'found', attempts: [{ status: 'timeout' }] })
    relay.faults = { loss: 100, delay: 20, jitter: 20, duplication: 200 }
    await until(events, 'recovered')
  })

  it('is asked by a host whose wall clock jumps by a day, to and fro', async () => {
    await using server = await clusterNameServer({ origin: domain, clusters: entries, ttl: 0 })
    await using resolver = dnsResolver({ servers: [`${server.address}:${server.port}`], domains: [domain] })
    let rounds = 0
    const onEvent = ({ type }: { readonly type: string }): void => {
      if (type === 'end') rounds += 1
    }
    const wall = vi.spyOn(Date, 'now')
    try {
      await using watching = watch(resolver, 'my-cluster', { ...quick, onEvent })
      const events = watching[Symbol.asyncIterator]()
      await until(events, 'snapshot')
      const next = events.next()
      for (const jump of [1, -1, 365, -365]) {
        const real = performance.timeOrigin + performance.now()
        wall.mockReturnValue(real + jump * 86_400_000)
        await watching.refresh()
        await watching.refresh()
      }
      expect(rounds).toBeGreaterThanOrEqual(9)
      // Nothing has come, gone or become stale.
      expect(await Promise.race([next, 'nothing'])).toBe('nothing')
    } finally {
      wall.mockRestore()
    }
  })
})
