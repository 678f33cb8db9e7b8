import type { ResolveReport, Resolver } from '@pstorage/discovery-core'
import { CLUSTER, domains, serve, servers } from './name-servers.js'
import type { Product } from './product.js'
import { MISSING_DIRECTORY } from './simulated-files.js'
import type { SimulatedHost } from './simulated-host.js'
import { SimulatedNetwork } from './simulated-network.js'
import type { World } from './world.js'
import { WorldClock } from './world-clock.js'

/** Milliseconds that a question has. */
export const DEADLINE = 5_000

/** The report of a world. */
export interface WorldRun {
  readonly report: ResolveReport
  /** Time, in milliseconds. */
  readonly elapsed: number
  readonly network: SimulatedNetwork
}

/** Resolves the cluster as the command does: with `first` or `merge` over DNS, lists and multicast. */
export async function runWorld(product: Product, host: SimulatedHost, world: World): Promise<WorldRun> {
  const network = new SimulatedNetwork(new WorldClock())
  enterWorld(host, network, world)
  const { clock } = network
  const resolver = compose(product, world)
  const report = await clock.until(product.resolveCluster(resolver, CLUSTER, { timeout: DEADLINE }))
  const elapsed = clock.now()
  await clock.until(resolver[Symbol.asyncDispose]())
  return { report, elapsed, network }
}

/** Makes it the world that is asked, from now on. */
export function enterWorld(host: SimulatedHost, network: SimulatedNetwork, world: World): void {
  network.become(world.multicast)
  network.answer = (server, query) => serve(world, servers.indexOf(server as (typeof servers)[number]), query)
  host.become({ network, bootstrap: world.bootstrap })
}

/** The backends in their order of preference. */
export function compose(
  { bootstrapResolver, dnsResolver, firstOf, mergeOf, seededRandom, zeroconfResolver }: Product,
  world: World,
): Resolver {
  const { bootstrap, choice, policy } = world
  const random = seededRandom(1)
  const dns = (): Resolver => dnsResolver({ servers, domains: domains.slice(0, world.dns.length), random })
  if (choice === 'dns alone') return dns()
  const lists = bootstrapResolver({ directories: bootstrap === 'missing' ? [MISSING_DIRECTORY] : undefined })
  const backends = [...(choice === 'all' ? [dns()] : []), lists, zeroconfResolver({ random })]
  return policy === 'first' ? firstOf(backends) : mergeOf(backends)
}
