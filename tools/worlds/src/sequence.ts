import {
  digitsOf,
  oneDomainWorlds,
  policies,
  resolveWorlds,
  type ServerState,
  type World,
  type WorldSet,
} from './world.js'

/** Three worlds, one after the other, and who lives through them. */
export interface Sequence {
  readonly through: 'watch' | 'cached'
  readonly worlds: readonly [World, World, World]
}

type States = readonly ServerState[]
type Draw = ReturnType<typeof digitsOf>

const through = ['watch', 'cached'] as const
const STEPS = 3

/** A yes, a no, an error, and a no that does not count: what becomes of what is known differs by these. */
const domainStates: States = ['has it', 'NXDOMAIN', 'SERVFAIL', 'domain missing']

/** Every three worlds of two search domains, DNS alone. */
export const twoDomainSequences: WorldSet<Sequence> = dnsSequences(domainStates.length ** 2, (draw) => [
  drawSame(draw, domainStates),
  drawSame(draw, domainStates),
])

const serverStates: States = ['has it', 'NXDOMAIN', 'SERVFAIL', 'silent']

/** Every three worlds of two name servers and one search domain, DNS alone. */
export const twoServerSequences: WorldSet<Sequence> = dnsSequences(serverStates.length ** 2, (draw) => [
  [draw(serverStates), draw(serverStates)],
])

const backendStates: States = ['has it', 'NXDOMAIN', 'SERVFAIL']
const listStates = ['has it', 'unreadable'] as const
const linkStates = ['has it', 'silent'] as const

/** Every three worlds of DNS, a list and multicast: each has it, denies where it can, or does not answer. */
export const backendSequences: WorldSet<Sequence> = {
  count: (backendStates.length * listStates.length * linkStates.length) ** STEPS * policies.length * through.length,
  at(index) {
    const draw = digitsOf(index)
    const step = () => {
      return { dns: [drawSame(draw, backendStates)], bootstrap: draw(listStates), multicast: draw(linkStates) }
    }
    const steps = [step(), step(), step()] as const
    const policy = draw(policies)
    const world = (own: ReturnType<typeof step>): World => ({ choice: 'all', policy, isListed: false, ...own })
    return { worlds: [world(steps[0]), world(steps[1]), world(steps[2])], through: draw(through) }
  },
}

/** Three worlds of any kind, drawn by a number. */
export function drawnSequences(count: number): WorldSet<Sequence> {
  return {
    count,
    at(index) {
      const from = index % 2 === 0 ? resolveWorlds : oneDomainWorlds
      const draw = (step: number): World => {
        const world = from.at(scramble(index * STEPS + step) % from.count)
        // Which directories are read was decided before the first of them.
        return world.bootstrap === 'missing' ? { ...world, bootstrap: 'not configured' } : world
      }
      const first = draw(0)
      const later = (step: number): World => ({ ...draw(step), policy: first.policy })
      return { through: index % 4 < 2 ? 'watch' : 'cached', worlds: [first, later(1), later(2)] }
    },
  }
}

function dnsSequences(count: number, drawDns: (draw: Draw) => World['dns']): WorldSet<Sequence> {
  return {
    count: count ** STEPS * through.length,
    at(index) {
      const draw = digitsOf(index)
      const world = (): World => dnsWorld(drawDns(draw))
      return { worlds: [world(), world(), world()], through: draw(through) }
    },
  }
}

function dnsWorld(dns: World['dns']): World {
  return {
    choice: 'dns alone',
    policy: 'first',
    isListed: false,
    bootstrap: 'not configured',
    multicast: 'cannot',
    dns,
  }
}

/** One server, or two that say the same. */
function drawSame(draw: Draw, states: States): readonly [ServerState, ServerState] {
  const state = draw(states)
  return [state, state]
}

/** Numbers that look drawn, the same each time (SplitMix32). */
function scramble(number: number): number {
  let mixed = (number * 0x9e3779b9) >>> 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
