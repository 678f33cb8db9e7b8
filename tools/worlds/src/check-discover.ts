import { describeReport, GRACE, type Violation } from './check-world.js'
import { allowedNames } from './discover-oracle.js'
import { type DiscoverWorld, serveNames } from './discover-world.js'
import { CLUSTER, domains, servers } from './name-servers.js'
import type { Product } from './product.js'
import { DEADLINE } from './run-world.js'
import type { SimulatedHost } from './simulated-host.js'
import { SimulatedNetwork } from './simulated-network.js'
import { WorldClock } from './world-clock.js'

/** Asks DNS for the names in a world, and tells what is wrong with the answer. */
export async function checkDiscover(
  { discoverClusters, dnsResolver, seededRandom }: Product,
  host: SimulatedHost,
  world: DiscoverWorld,
): Promise<readonly Violation[]> {
  const clock = new WorldClock()
  const network = new SimulatedNetwork(clock)
  network.answer = (server, query) => serveNames(world, server, query)
  host.become({ network, bootstrap: 'not configured' })
  const { axfr, dns } = world
  const sources = dns[0]?.length ?? 0
  const asked = {
    servers: servers.slice(0, sources),
    domains: domains.slice(0, dns.length),
    axfr,
    random: seededRandom(1),
  }
  try {
    const resolver = dnsResolver(asked)
    const report = await clock.until(discoverClusters(resolver, { timeout: DEADLINE }))
    const elapsed = clock.now()
    await clock.until(resolver[Symbol.asyncDispose]())
    const detail = describeReport(report, elapsed)
    const { outcome, clusters } = report
    const outcomes = allowedNames(world)
    const violations: Violation[] = []
    const where = `${axfr}, ${dns.map((each) => each.map(({ txt, transfer }) => `TXT ${txt} AXFR ${transfer}`).join(', ')).join(' | ')}`
    if (!outcomes.has(outcome)) {
      const rule = outcome === 'absent' ? 'false absent' : [...outcomes].join() === 'found' ? 'not found' : 'outcome'
      violations.push({ rule, kind: `${where}: ${outcome}, not ${[...outcomes].join(' or ')}`, detail })
    }
    if (elapsed > DEADLINE + GRACE) violations.push({ rule: 'overrun', kind: where, detail })
    const names = clusters.map(({ name }) => name).filter((name) => name !== 'other')
    if (outcome === 'found' && names.join() !== CLUSTER)
      violations.push({ rule: 'endpoints', kind: `${where}: names ${names.join()}`, detail })
    return violations
  } catch (error) {
    return [{ rule: 'fault', kind: error instanceof Error ? error.message : String(error), detail: '' }]
  }
}
