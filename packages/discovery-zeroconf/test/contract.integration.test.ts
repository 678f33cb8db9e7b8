import { describeResolverContract, type Fixture } from '@pstorage/discovery-core/contract'
import { type MulticastHostOptions, multicastHost } from '@pstorage/testbed'
import { describe, it } from 'vitest'
import { zeroconfResolver } from '../src/index.js'
import { servicesOf, shortTimes } from './contract-services.js'
import { damagedAnswer } from './damaged-answer.js'

describeResolverContract(
  { describe, it },
  {
    name: 'zeroconf',
    supports: { absence: false, emptyClusters: true },
    create: (world) => published({ services: servicesOf(world) }),
    faults: {
      silent: () => published({ services: [] }, {}),
      unreachable: () => published({ services: [] }, { interfaces: ['nosuch0'] }),
      malformed: () => published({ services: [], onQuery: (_, host) => host.send(damagedAnswer) }),
    },
  },
)

/** A multicast host on loopback, and a resolver that listens there and as long as the host needs, or in its own time. */
async function published(host: MulticastHostOptions, options: object = shortTimes): Promise<Fixture> {
  const running = await multicastHost(host)
  const resolver = zeroconfResolver({ interfaces: ['lo'], port: running.port, ...options })
  return {
    resolver,
    async [Symbol.asyncDispose]() {
      await resolver[Symbol.asyncDispose]()
      await running[Symbol.asyncDispose]()
    },
  }
}
