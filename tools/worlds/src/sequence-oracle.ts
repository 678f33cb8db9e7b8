import { dnsEndpoints } from './name-servers.js'
import { isDenied, mayHave } from './oracle.js'
import { LIST_ENDPOINT } from './simulated-files.js'
import { LINK_ENDPOINT } from './simulated-network.js'
import type { World } from './world.js'

/** The state before a world, that world, and the expected state after it. */
export interface Step {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly world: World
  /** Those before it, the last one last. */
  readonly worldsBefore: readonly World[]
}

/** The endpoints of all sources, most preferred first. */
const byPreference = [...dnsEndpoints, LIST_ENDPOINT, LINK_ENDPOINT]
const LIST = dnsEndpoints.length

/**
 * Tells what is wrong with a step of a watch or a cache, from section 4.1 of the design, paragraph "Namesakes", and from what
 * `RetainOptions` promise: an error or silence removes nothing; a denial does when it is said twice, or when another source has
 * the cluster; and nothing goes over to a less preferred source but for a denial.
 */
export function wrongStep({ before, after, world, worldsBefore }: Step): string | undefined {
  for (const endpoint of after) {
    if (before.includes(endpoint)) continue
    const rank = byPreference.indexOf(endpoint)
    // Records of multicast DNS are good for as long as they say; and behind a stale answer a cache goes on querying, so that
    // what comes then is known from the next answer on.
    const earlier = rank > LIST ? worldsBefore : worldsBefore.slice(-1)
    const mayHaveIt = [world, ...earlier].some((one) => hasIt(one, rank))
    if (!mayHaveIt) return `${nameOf(rank)} is shown, and does not have it`
    const better = before.map((one) => byPreference.indexOf(one)).find((one) => one < rank && compete(world, one, rank))
    if (better !== undefined && !denies(world, better)) {
      return `goes over from ${nameOf(better)}, which ${stateOf(world, better)}, to ${nameOf(rank)}`
    }
  }
  for (const endpoint of before) {
    if (after.includes(endpoint)) continue
    const rank = byPreference.indexOf(endpoint)
    const isReplaced = after.some(
      (one) => byPreference.indexOf(one) < rank && compete(world, byPreference.indexOf(one), rank),
    )
    const last = worldsBefore.at(-1)
    const isDeniedTwice = last !== undefined && denies(last, rank)
    if (isReplaced || (denies(world, rank) && (isDeniedTwice || after.length > 0))) continue
    return `${nameOf(rank)} is removed, and ${stateOf(world, rank)}`
  }
  const best = byPreference.findIndex((_, rank) => hasIt(world, rank) && !denies(world, rank))
  return best !== -1 && after.length === 0 ? `nothing is known, and ${nameOf(best)} has it` : undefined
}

/** Search domains compete always, and all sources do under `first`. */
function compete({ policy }: World, one: number, other: number): boolean {
  return policy === 'first' || (one < LIST && other < LIST)
}

function hasIt({ choice, dns, bootstrap, multicast }: World, rank: number): boolean {
  const pair = dns[rank]
  if (rank < LIST) return pair !== undefined && mayHave(pair)
  if (choice === 'dns alone') return false
  return rank === LIST ? bootstrap === 'has it' : multicast === 'has it'
}

function denies({ dns, bootstrap }: World, rank: number): boolean {
  const pair = dns[rank]
  if (rank < LIST) return pair !== undefined && isDenied(pair)
  return rank === LIST && bootstrap === 'has not'
}

function nameOf(rank: number): string {
  return rank < LIST ? `search domain ${rank + 1}` : rank === LIST ? 'the list' : 'the link'
}

function stateOf({ dns, bootstrap, multicast }: World, rank: number): string {
  const said = rank < LIST ? (dns[rank]?.join(', ') ?? 'is not asked') : rank === LIST ? bootstrap : multicast
  return `says ${said}`
}
