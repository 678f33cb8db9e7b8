import { isIPv4 } from 'node:net'
import type { ClusterName } from './cluster-name.js'
import { formatEndpoint } from './endpoint.js'
import type { EndpointEvent, WarningEvent } from './events.js'

/** How many endpoints of one side a warning shows. */
const SHOWN = 5

/** The endpoints that one resolver of a union has found. */
export type Side = readonly EndpointEvent[]

/**
 * Warns, once for each pair, where two sides name different endpoints, and shows both.
 *
 * Compared is what both can know: addresses of a family that both name, and no link-local ones, which only multicast
 * has. A side with stale results says nothing about now.
 */
export function disagreements(cluster: ClusterName, sides: readonly Side[]): readonly WarningEvent[] {
  const speaking = sides.filter((side) => side.length > 0 && side.every(({ staleMs }) => staleMs === undefined))
  return speaking.flatMap((one, index) => speaking.slice(index + 1).flatMap((other) => compare(cluster, one, other)))
}

function compare(cluster: ClusterName, one: Side, other: Side): readonly WarningEvent[] {
  const [left, right] = [comparable(one), comparable(other)]
  const [onlyLeft, onlyRight] = [missing(left, right), missing(right, left)]
  if (onlyLeft.length === 0 && onlyRight.length === 0) return []
  const shown = [shownSide(nameOf(one), onlyLeft, left), shownSide(nameOf(other), onlyRight, right)]
  const message = `${nameOf(one)} and ${nameOf(other)} differ about ${cluster}: ${shown.join('; ')}`
  return [{ type: 'warning', code: 'sources-disagree', message }]
}

/** Who speaks, whatever the resolvers are called that it comes through. */
function nameOf(side: Side): string {
  return [...new Set(side.map(({ source }) => source.backend))].join('+')
}

/** What it has alone; where that is nothing, all that it has. */
function shownSide(name: string, alone: readonly string[], { v4, v6 }: Families): string {
  return alone.length > 0 ? `only ${name} has ${list(alone)}` : `${name} has only ${list([...v4, ...v6].toSorted())}`
}

interface Families {
  readonly v4: ReadonlySet<string>
  readonly v6: ReadonlySet<string>
}

function comparable(endpoints: Side): Families {
  const [v4, v6] = [new Set<string>(), new Set<string>()]
  for (const endpoint of endpoints) {
    if (isIPv4(endpoint.address)) v4.add(formatEndpoint(endpoint))
    else if (!/^fe[89ab]/.test(endpoint.address)) v6.add(formatEndpoint(endpoint))
  }
  return { v4, v6 }
}

/** What one has and the other has not, sorted. Without a common family everything is compared. */
function missing(one: Families, other: Families): readonly string[] {
  const families = (['v4', 'v6'] as const).filter((family) => one[family].size > 0 && other[family].size > 0)
  const compared = families.length > 0 ? families : (['v4', 'v6'] as const)
  return compared.flatMap((family) => [...one[family]].filter((endpoint) => !other[family].has(endpoint))).toSorted()
}

function list(endpoints: readonly string[]): string {
  const rest = endpoints.length - SHOWN
  return rest > 0 ? `${endpoints.slice(0, SHOWN).join(', ')} and ${rest} more` : endpoints.join(', ')
}
