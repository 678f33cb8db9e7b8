import { createHook } from 'node:async_hooks'
import { type Resolver, resolveCluster } from '@pstorage/discovery-core'
import { manPageDomain, manPageServer } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'

const RESOLVES = 50

/** Counts the resources that Node.js creates for each resolve: sockets, sends, timers and promises, by type. */
async function madeForEach(resolver: Resolver): Promise<Readonly<Record<string, number>>> {
  const made: Record<string, number> = {}
  const hook = createHook({
    init(_, type) {
      made[type] = (made[type] ?? 0) + 1
    },
  })
  hook.enable()
  for (let resolves = 0; resolves < RESOLVES; resolves += 1) await resolveCluster(resolver, 'my-cluster')
  hook.disable()
  return Object.fromEntries(Object.entries(made).map(([type, count]) => [type, count / RESOLVES]))
}

describe('a resolve by SRV whose answer brings the addresses', () => {
  it('costs one datagram there and one back, one socket and two timers', async () => {
    const asked: string[] = []
    await using server = await manPageServer({ onQuery: ({ name, transport }) => asked.push(`${transport} ${name}`) })
    const servers = [`${server.address}:${server.port}`]
    await using resolver = dnsResolver({ servers, domains: [manPageDomain] })
    // The first one also asks whether everything has the same records.
    await resolveCluster(resolver, 'my-cluster')
    asked.length = 0

    const made = await madeForEach(resolver)
    expect(asked).toEqual(Array(RESOLVES).fill(`udp _pstorage._tcp.my-cluster.${manPageDomain}`))
    expect(made.UDPWRAP).toBe(1)
    expect(made.Timeout ?? 0).toBeLessThanOrEqual(2) // the time of the question, and that until it is sent again
    expect(made.PROMISE).toBeLessThan(20)
    expect(made.TCPWRAP ?? 0).toBe(0)
  })
})
