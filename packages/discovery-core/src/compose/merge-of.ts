import { isIPv4 } from 'node:net'
import { choiceWithin, labelsOf } from '../model/choice.js'
import type { ClusterName } from '../model/cluster-name.js'
import { formatEndpoint } from '../model/endpoint.js'
import type { DiscoverEvent, EndpointEvent, ResolveEvent, WarningEvent } from '../model/events.js'
import { isLinkLocalIPv6 } from '../model/ip-address.js'
import { composeResolver } from '../query/create-resolver.js'
import type { QueryContext } from '../query/query-context.js'
import { relay, type SendQuery } from '../query/relay.js'
import type { Resolver } from '../query/resolver.js'
import type { ResultType } from '../report/outcome-tally.js'
import type { Clock } from '../runtime/clock.js'
import { checkOptionNames } from '../runtime/option-checks.js'

/** Options of {@link mergeOf}. */
export interface MergeOfOptions {
  /** The name of the composed resolver; default `merge`. Its events keep the names of those who said them. */
  readonly name?: string | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof MergeOfOptions, 'list' | 'other'>> = { name: 'other', clock: 'other' }

/**
 * Asks all resolvers at once and unites what they find; every result keeps all its sources.
 *
 * The order of the resolvers is the order of preference of their endpoints. Where two of them name different endpoints
 * of a cluster, the warning `sources-disagree` shows both sides. The union owns the resolvers: disposing it disposes
 * them.
 */
export function mergeOf(resolvers: readonly Resolver[], options: MergeOfOptions = {}): Resolver {
  checkOptionNames('mergeOf', options, optionNames)
  const { name = 'merge', clock } = options
  const labels = labelsOf(resolvers)

  const mergeAll = async <Event extends DiscoverEvent | ResolveEvent>(
    context: QueryContext<Event | DiscoverEvent>,
    resultType: ResultType,
    sendQuery: SendQuery<Event>,
    onEvent: (event: Event | DiscoverEvent, index: number) => void = () => {},
  ): Promise<void> => {
    const { callerSignal, signal, clock } = context
    const query = {
      signal: callerSignal,
      over: signal,
      timeout: context.timeLeft(),
      clock,
      resultType,
      room: () => context.room(),
    }
    const relays = resolvers.map((resolver, index) =>
      relay(resolver, sendQuery, query, (event) => {
        onEvent(event, index)
        context.emit(placed(event, index, labels[index] as string)) // one for each
      }),
    )
    await Promise.all(relays)
  }

  const resolveAll = async (cluster: ClusterName, context: QueryContext<ResolveEvent>): Promise<void> => {
    const endpoints = resolvers.map((): EndpointEvent[] => [])
    await mergeAll<ResolveEvent>(
      context,
      'endpoint',
      (resolver, query) => resolver.resolve(cluster, query),
      // Stryker disable next-line OptionalChaining: there is a list for each resolver: the compiler does not know
      (event, index) => event.type === 'endpoint' && endpoints[index]?.push(event),
    )
    for (const warning of disagreements(cluster, endpoints)) context.emit(warning)
  }

  return composeResolver({
    name,
    clock,
    resolvers,
    discover: (context) => mergeAll(context, 'cluster', (resolver, query) => resolver.discover(query)),
    resolve: resolveAll,
  })
}

/** An event with the order of its resolver, and with what was chosen inside it told from the choices of the others. */
function placed<Event extends DiscoverEvent | ResolveEvent>(event: Event, index: number, label: string): Event {
  if (event.type !== 'endpoint' && event.type !== 'cluster') return event
  const choice = event.choice === undefined ? {} : { choice: choiceWithin(label, event.choice) }
  if (event.type === 'endpoint') return { ...event, ...choice, preference: [index, ...(event.preference ?? [])] }
  return event.choice === undefined ? event : { ...event, ...choice }
}

/** Number of endpoints of one side that a warning shows. */
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

/** Returns the backends of one side, whatever the resolvers around them are called. */
function nameOf(side: Side): string {
  return [...new Set(side.map(({ source }) => source.backend))].join('+')
}

/** Returns what it has alone; where that is nothing, all that it has. */
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
    else if (!isLinkLocalIPv6(endpoint.address)) v6.add(formatEndpoint(endpoint))
  }
  return { v4, v6 }
}

/** Returns what one has and the other has not, sorted. Without a common family everything is compared. */
function missing(one: Families, other: Families): readonly string[] {
  const families = (['v4', 'v6'] as const).filter((family) => one[family].size > 0 && other[family].size > 0)
  const compared = families.length > 0 ? families : (['v4', 'v6'] as const)
  return compared.flatMap((family) => [...one[family]].filter((endpoint) => !other[family].has(endpoint))).toSorted()
}

function list(endpoints: readonly string[]): string {
  const rest = endpoints.length - SHOWN
  return rest > 0 ? `${endpoints.slice(0, SHOWN).join(', ')} and ${rest} more` : endpoints.join(', ')
}
