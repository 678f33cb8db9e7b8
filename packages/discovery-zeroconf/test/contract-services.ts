import type { World } from '@pstorage/discovery-core/contract'
import type { MulticastService } from '@pstorage/testbed'

/** Long enough for a host that answers at once. */
export const shortTimes = { quietTime: 50, minimumTime: 50, maximumTime: 1_000 }

/** One instance for each endpoint, as each metadata server announces itself; a hollow cluster has one without address. */
export function servicesOf({ clusters }: World): MulticastService[] {
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
