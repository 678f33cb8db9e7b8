import type { Resolver } from '@pstorage/discovery-core'
import { describeResolverContract, type Fixture } from '@pstorage/discovery-core/contract'
import { dnsResolver } from '@pstorage/discovery-dns'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { type HostileServerOptions, hostileServer } from '@pstorage/testbed'
import { describe, it } from 'vitest'
import { worldZone } from './world-zone.js'

const origin = 'pstorage.test'

describeResolverContract(
  { describe, it },
  {
    name: 'dns',
    supports: { absence: true, emptyClusters: true },
    async create(world) {
      const server = await clusterNameServer({ origin, zone: worldZone(world, origin) })
      return fixture(resolverOn(`${server.address}:${server.port}`), server)
    },
    faults: {
      silent: () => broken({ udp: 'silent', tcp: 'silent' }),
      unreachable: () => broken({ udp: 'closed', tcp: 'closed' }),
      malformed: () => broken({ udp: () => Buffer.from('rubbish'), tcp: () => Buffer.from('rubbish') }),
    },
  },
)

async function broken(script: HostileServerOptions): Promise<Fixture> {
  const server = await hostileServer(script)
  return fixture(resolverOn(server.server), server)
}

function resolverOn(server: string): Resolver {
  return dnsResolver({ servers: [server], domains: [origin] })
}

function fixture(resolver: Resolver, server: AsyncDisposable): Fixture {
  return {
    resolver,
    async [Symbol.asyncDispose]() {
      await resolver[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
