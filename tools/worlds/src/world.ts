/** The answer of one name server about one search domain. */
export const serverStates = [
  'has it',
  'NXDOMAIN',
  'NODATA',
  'domain missing',
  'stale no',
  'REFUSED',
  'SERVFAIL',
  'silent',
  'late',
  'unreadable',
  'closed',
] as const

/** Further denials that do not count. */
export const weakDenials = ['no proof', 'foreign proof', 'referral', 'filtered'] as const
export type ServerState = (typeof serverStates)[number] | (typeof weakDenials)[number]

/** `not configured`: the default directories do not exist; `missing`: one that was given by option does not. */
export const bootstrapStates = ['not configured', 'has it', 'has not', 'unreadable', 'missing'] as const
export type BootstrapState = (typeof bootstrapStates)[number]

/** `cannot`: no interface can multicast; `deaf`: what is sent does not come back, so nothing else would. */
export const multicastStates = ['has it', 'silent', 'cannot', 'deaf'] as const
export type MulticastState = (typeof multicastStates)[number]

export const policies = ['first', 'merge'] as const
export type Policy = (typeof policies)[number]

/** The backends that are queried. */
export type BackendChoice = 'all' | 'dns alone' | 'without dns'

/** All that a question can meet. */
export interface World {
  readonly choice: BackendChoice
  readonly policy: Policy
  readonly bootstrap: BootstrapState
  readonly multicast: MulticastState
  /** True where the TXT record of a search domain lists the cluster, on a server that has the zone. */
  readonly isListed: boolean
  /** By search domain, and then by name server, in the order of preference. */
  readonly dns: readonly (readonly [ServerState, ServerState])[]
}

/** A numbered set of worlds: number `index` is made when it is wanted. */
export interface WorldSet<Kind> {
  readonly count: number
  at(index: number): Kind
}

const PAIRS = serverStates.length ** 2
const plainBootstrap = ['not configured', 'has it', 'has not', 'unreadable'] as const
const plainMulticast = ['has it', 'silent', 'cannot'] as const

/** Every world with two name servers and two search domains. */
export const resolveWorlds: WorldSet<World> = {
  count: PAIRS * PAIRS * 2 * plainBootstrap.length * plainMulticast.length * policies.length,
  at(index) {
    const draw = digitsOf(index)
    return {
      choice: 'all',
      dns: [drawPair(draw), drawPair(draw)],
      isListed: draw([false, true]),
      bootstrap: draw(plainBootstrap),
      multicast: draw(plainMulticast),
      policy: draw(policies),
    }
  },
}

const allStates: readonly ServerState[] = [...serverStates, ...weakDenials]

/** One search domain, and DNS alone. */
export const worldsOfDnsAlone: WorldSet<World> = {
  count: allStates.length ** 2 * 2,
  at: (index) => ({ ...oneDomainWorlds.at(index), choice: 'dns alone' }),
}

const others = bootstrapStates.length * multicastStates.length * policies.length

/** One search domain, and everything that servers, lists and multicast can be. */
export const oneDomainWorlds: WorldSet<World> = {
  count: allStates.length ** 2 * 2 * others,
  at(index) {
    const draw = digitsOf(index)
    return {
      choice: 'all',
      dns: [drawPair(draw, allStates)],
      isListed: draw([false, true]),
      bootstrap: draw(bootstrapStates),
      multicast: draw(multicastStates),
      policy: draw(policies),
    }
  },
}

/** The same where DNS is not asked: here nothing but a list can deny. */
export const worldsWithoutDns: WorldSet<World> = {
  count: others,
  at: (index) => ({ ...oneDomainWorlds.at(index * allStates.length ** 2 * 2), choice: 'without dns', dns: [] }),
}

function drawPair(
  draw: ReturnType<typeof digitsOf>,
  states: readonly ServerState[] = serverStates,
): readonly [ServerState, ServerState] {
  return [draw(states), draw(states)]
}

/** Reads a number digit by digit, each with as many values as there are words to draw from. */
export function digitsOf(index: number): <Word>(words: readonly Word[]) => Word {
  let rest = index
  return (words) => {
    const word = words[rest % words.length]
    rest = Math.floor(rest / words.length)
    if (word === undefined) throw new RangeError(`world ${index} is none`)
    return word
  }
}
