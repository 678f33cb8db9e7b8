import { formatEndpoint } from '@pstorage/discovery-core'
import { describeSources, type Violation } from './check-world.js'
import { CLUSTER } from './name-servers.js'
import type { Product } from './product.js'
import { compose, DEADLINE, enterWorld } from './run-world.js'
import type { Sequence } from './sequence.js'
import { wrongStep } from './sequence-oracle.js'
import type { SimulatedHost } from './simulated-host.js'
import { SimulatedNetwork } from './simulated-network.js'
import type { World } from './world.js'
import { WorldClock } from './world-clock.js'

/** The expected state after each world. */
type Known = readonly string[]

/** Longer than what two denials have to be apart, in milliseconds. */
const STEP = 30_001
const HOUR = 3_600_000

/** Lives through a sequence, and tells what is wrong with what is known after each world. */
export async function checkSequence(
  product: Product,
  host: SimulatedHost,
  { through, worlds }: Sequence,
): Promise<readonly Violation[]> {
  try {
    const known = await (through === 'watch' ? watchThrough : cacheThrough)(product, host, worlds)
    for (const [index, world] of worlds.entries()) {
      const [before, after] = [known[index - 1] ?? [], known[index] ?? []]
      const fault = wrongStep({ before, after, world, worldsBefore: worlds.slice(0, index) })
      if (fault === undefined) continue
      const steps = worlds.slice(0, index + 1).map(describeSources)
      return [{ rule: 'kept', kind: `${through}, ${world.policy}: ${fault}`, detail: steps.join('  ->  ') }]
    }
    return []
  } catch (error) {
    return [{ rule: 'fault', kind: error instanceof Error ? error.message : String(error), detail: '' }]
  }
}

async function cacheThrough(
  product: Product,
  host: SimulatedHost,
  worlds: readonly World[],
): Promise<readonly Known[]> {
  const network = new SimulatedNetwork(new WorldClock())
  const { clock } = network
  enterWorld(host, network, worlds[0] as World)
  const cache = product.cached(compose(product, worlds[0] as World), {
    random: product.seededRandom(1),
    wallClock: () => clock.now(),
  })
  const known: Known[] = []
  for (const world of worlds) {
    enterWorld(host, network, world)
    cache.expire(CLUSTER)
    const { endpoints } = await clock.until(product.resolveCluster(cache, CLUSTER, { timeout: DEADLINE }))
    known.push(endpoints.map(formatEndpoint))
    await clock.advanceTo(clock.now() + STEP)
  }
  await clock.until(cache[Symbol.asyncDispose]())
  return known
}

async function watchThrough(
  product: Product,
  host: SimulatedHost,
  worlds: readonly World[],
): Promise<readonly Known[]> {
  const network = new SimulatedNetwork(new WorldClock())
  const { clock } = network
  enterWorld(host, network, worlds[0] as World)
  const resolver = compose(product, worlds[0] as World)
  // Rounds come when they are wanted, and when a denial has to be confirmed.
  const times = { floor: HOUR, ceiling: HOUR, retry: HOUR, retryCeiling: HOUR, jitter: 0, timeout: DEADLINE }
  const watch = product.watch(resolver, CLUSTER, { ...times, random: product.seededRandom(1) })
  const shown = new Set<string>()
  let told: () => void = () => {}
  const first = new Promise<void>((resolve) => {
    told = resolve
  })
  const reading = (async () => {
    for await (const event of watch) {
      if (event.type === 'snapshot') shown.clear()
      if (event.type === 'snapshot') for (const endpoint of event.endpoints) shown.add(formatEndpoint(endpoint))
      if (event.type === 'added') shown.add(formatEndpoint(event))
      if (event.type === 'removed') shown.delete(formatEndpoint(event))
      told()
    }
  })()
  const known: Known[] = []
  for (const [index, world] of worlds.entries()) {
    enterWorld(host, network, world)
    if (index === 0) {
      await clock.until(first)
    } else {
      await clock.advanceTo(clock.now() + STEP)
      await clock.until(watch.refresh())
    }
    await clock.advanceTo(clock.now())
    known.push([...shown])
  }
  await clock.until(watch[Symbol.asyncDispose]())
  await clock.until(reading)
  await clock.until(resolver[Symbol.asyncDispose]())
  return known
}
