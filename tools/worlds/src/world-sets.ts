import { checkDiscover } from './check-discover.js'
import { checkSequence } from './check-sequence.js'
import { checkWorld, type Violation } from './check-world.js'
import { twoDomainDiscoverWorlds, twoServerDiscoverWorlds } from './discover-world.js'
import type { Product } from './product.js'
import { backendSequences, drawnSequences, twoDomainSequences, twoServerSequences } from './sequence.js'
import type { SimulatedHost } from './simulated-host.js'
import { oneDomainWorlds, resolveWorlds, type WorldSet, worldsOfDnsAlone, worldsWithoutDns } from './world.js'

/** A set of worlds, and how one of them is checked. */
export interface CheckedSet {
  readonly name: string
  readonly count: number
  check(product: Product, host: SimulatedHost, index: number): Promise<readonly Violation[]>
}

/** Number of sequences that are drawn from the largest sets. */
const DRAWN = 5_000

/** All that there is to check. */
export const worldSets: readonly CheckedSet[] = [
  checked('resolve', resolveWorlds, checkWorld),
  checked('resolve-one-domain', oneDomainWorlds, checkWorld),
  checked('resolve-dns-alone', worldsOfDnsAlone, checkWorld),
  checked('resolve-without-dns', worldsWithoutDns, checkWorld),
  checked('discover-two-servers', twoServerDiscoverWorlds, checkDiscover),
  checked('discover-two-domains', twoDomainDiscoverWorlds, checkDiscover),
  checked('sequences-two-domains', twoDomainSequences, checkSequence),
  checked('sequences-two-servers', twoServerSequences, checkSequence),
  checked('sequences-of-backends', backendSequences, checkSequence),
  checked('sequences-drawn', drawnSequences(DRAWN), checkSequence),
]

/** The set of a name. */
export function worldSet(name: string): CheckedSet {
  const set = worldSets.find((each) => each.name === name)
  if (set === undefined)
    throw new RangeError(`there is no set ${name}; there are ${worldSets.map((each) => each.name).join(', ')}`)
  return set
}

function checked<Kind>(
  name: string,
  worlds: WorldSet<Kind>,
  check: (product: Product, host: SimulatedHost, world: Kind) => Promise<readonly Violation[]>,
): CheckedSet {
  return { name, count: worlds.count, check: (product, host, index) => check(product, host, worlds.at(index)) }
}

/**
 * Numbers of a set that are spread over all of it: the same each time, and with every state of every source, since the step is
 * no multiple of the number of states.
 */
export function* spread(count: number, wanted: number): Generator<number> {
  if (wanted >= count) {
    for (let index = 0; index < count; index += 1) yield index
    return
  }
  let index = 0
  const step = stepFor(count, wanted)
  for (let taken = 0; taken < wanted; taken += 1) {
    yield index
    index = (index + step) % count
  }
}

/** About the golden section of the whole, and without a common divisor with it: then no number comes twice. */
function stepFor(count: number, wanted: number): number {
  const divides = (one: number, other: number): number => (other === 0 ? one : divides(other, one % other))
  let step = Math.max(1, Math.round(count * 0.6180339887) + (wanted % 2))
  while (divides(step, count) !== 1) step += 1
  return step
}
