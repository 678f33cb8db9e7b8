import { describeResolverContract, type Fixture, type World } from '@pstorage/discovery-core/contract'
import { type MulticastHostOptions, type MulticastService, multicastHost } from '@pstorage/testbed'
import { describe, it } from 'vitest'
import { zeroconfResolver } from '../src/index.js'
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

const shortTimes = { quietTime: 50, minimumTime: 50, maximumTime: 1_000 }

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

/** One instance for each endpoint, as each metadata server announces itself; a hollow cluster has one without address. */
function servicesOf({ clusters }: World): MulticastService[] {
  return clusters.flatMap(({ name, endpoints }, number) => {
    const hosts = endpoints.length > 0 ? endpoints : [undefined]
    return hosts.map((endpoint, index) => ({
      instance: `mds${index} of cluster ${number}`,
      host: `mds${index}-${number}.local`,
      addresses: endpoint === undefined ? [] : [endpoint.address],
      port: endpoint?.port ?? 2510,
      txt: { cluster: name },
    }))
  })
}
