import { type Attempt, formatEndpoint, type Report } from '@pstorage/discovery-core'
import { CLUSTER, dnsEndpoints, domains } from './name-servers.js'
import { allowedIn, isDenied } from './oracle.js'
import type { Product } from './product.js'
import { DEADLINE, runWorld, type WorldRun } from './run-world.js'
import type { SimulatedHost } from './simulated-host.js'
import type { World } from './world.js'

/** A fault in a world. Faults with the same cause have the same `kind`, as far as can be known. */
export interface Violation {
  readonly rule: ViolationRule
  readonly kind: string
  readonly detail: string
}

export type ViolationRule =
  | 'false absent'
  | 'not found'
  | 'overrun'
  | 'outcome'
  | 'endpoints'
  | 'attempt'
  | 'servers'
  | 'kept'
  | 'warning'
  | 'fault'

/** Milliseconds after the deadline in which everything is let go. */
export const GRACE = 300

/** Asks in a world, and tells what is wrong with the answer. */
export async function checkWorld(product: Product, host: SimulatedHost, world: World): Promise<readonly Violation[]> {
  try {
    return violationsIn(world, await runWorld(product, host, world))
  } catch (error) {
    return [{ rule: 'fault', kind: error instanceof Error ? error.message : String(error), detail: '' }]
  }
}

function violationsIn(world: World, { report, elapsed, network }: WorldRun): readonly Violation[] {
  const { outcome } = report
  const { outcomes, endpoints, mayBeEmpty } = allowedIn(world)
  const violations: Violation[] = []
  const detail = describeReport(report, elapsed)
  const add = (rule: ViolationRule, kind: string): void => {
    violations.push({ rule, kind, detail })
  }
  if (!outcomes.has(outcome)) {
    const rule = outcome === 'absent' ? 'false absent' : [...outcomes].join() === 'found' ? 'not found' : 'outcome'
    add(rule, `${describeSources(world)}: ${outcome}, not ${[...outcomes].join(' or ')}`)
  }
  if (elapsed > DEADLINE + GRACE) add('overrun', describeSources(world))
  const said = report.endpoints.map(formatEndpoint).sort()
  if (outcome === 'found' && !endpoints.some((right) => right.join() === said.join())) {
    add(
      'endpoints',
      `${describeSources(world)}: ${said.join(' and ')}, not ${endpoints.map((each) => each.join(' and ')).join(' or ')}`,
    )
  }
  if (isUnwarned(world, said, report)) add('warning', `${describeSources(world)}: no search-domain-unanswered`)
  for (const attempt of report.attempts) {
    const wrong = wrongStatus(world, mayBeEmpty, attempt)
    if (wrong !== undefined) add('attempt', wrong)
    const missing = missingServers(attempt, network.asked)
    if (missing !== undefined) add('servers', missing)
  }
  return violations
}

/** Namesakes: where a search domain before the one that has the cluster could not be asked, a warning says so. */
function isUnwarned({ dns }: World, said: readonly string[], { warnings }: Report): boolean {
  const taken = dnsEndpoints.findIndex((endpoint) => said.includes(endpoint))
  const isAnyUnanswered = dns.slice(0, Math.max(0, taken)).some((pair) => !isDenied(pair))
  return isAnyUnanswered && !warnings.some(({ code }) => code === 'search-domain-unanswered')
}

/** Section 4.1 for each attempt: what it was is not to be seen in the outcome where others have failed as well. */
function wrongStatus(
  world: World,
  mayBeEmpty: readonly boolean[],
  { method, target, status }: Attempt,
): string | undefined {
  if (method === 'dns-srv' && status === 'empty') {
    const index = domains.findIndex((domain) => target === `_pstorage._tcp.${CLUSTER}.${domain}`)
    if (mayBeEmpty[index] !== true) return `dns-srv: empty where servers say ${world.dns[index]?.join(', ')}`
  }
  if (
    method === 'bs-list' &&
    status === 'empty' &&
    world.bootstrap !== 'has not' &&
    target?.startsWith('/etc/pstorage') === true
  ) {
    return `bs-list: empty where it is: ${world.bootstrap}`
  }
  if (method === 'mdns' && status === 'empty') return 'mdns: empty'
  if (method === 'mdns' && status === 'silent' && (world.multicast === 'cannot' || world.multicast === 'deaf')) {
    return `mdns: silent where it is: ${world.multicast}`
  }
  return undefined
}

const queryTypes: Readonly<Record<string, number>> = { 'dns-srv': 33, 'dns-txt': 16 }

/** An attempt names every server that was asked. */
function missingServers({ method, target, status, servers }: Attempt, asked: ReadonlyMap<string, ReadonlySet<string>>) {
  const type = method === null ? undefined : queryTypes[method]
  if (type === undefined || servers === undefined || status === 'skipped') return undefined
  const named = new Set(servers.map(({ server }) => server))
  const missing = [...(asked.get(`${type} ${target}`) ?? [])].filter((server) => !named.has(server))
  return missing.length === 0 ? undefined : `${method} ends as ${status} and does not name ${missing.join()}`
}

/** Describes the sources of a world in short. */
export function describeSources({ dns, isListed, bootstrap, multicast, choice }: World): string {
  const parts = dns.map((pair) => pair.join(', '))
  const listed = isListed && dns.length > 0 ? ['listed'] : []
  return [...parts, ...listed, ...(choice === 'dns alone' ? [] : [`list: ${bootstrap}`, `link: ${multicast}`])].join(
    ' | ',
  )
}

export function describeReport({ attempts }: Report, elapsed: number): string {
  const texts = attempts.map(({ method, target, status, error }) => {
    return `${method ?? 'backend'} ${target ?? ''} ${status}${error === null ? '' : ` (${error.code})`}`
  })
  return `after ${elapsed} ms: ${texts.join('; ')}`
}
