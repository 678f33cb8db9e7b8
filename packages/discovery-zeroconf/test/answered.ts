import {
  type Clock,
  type DiscoverEvent,
  discoverReportBuilder,
  formatEndpoint,
  parseClusterName,
  type ResolveEvent,
  resolveReportBuilder,
  type SimulatedClock,
  seededRandom,
  simulatedClock,
} from '@pstorage/discovery-core'
import { nameToText, recordTypeName } from '@pstorage/dns-message'
import { type ZeroconfResolverOptions, zeroconfResolverOn } from '../src/zeroconf-resolver.js'
import { type SimulatedMedium, type SimulatedNetwork, simulatedMedium } from './simulated-medium.js'

/** A simulated network, how it is queried, and for how long. */
export interface Scene extends Omit<SimulatedNetwork, 'clock'> {
  readonly options?: ZeroconfResolverOptions
  /** Milliseconds; default 5,000. */
  readonly timeout?: number
}

/** A resolver on a simulated network. */
export function simulatedResolver(scene: Scene) {
  const clock = simulatedClock()
  const network = simulatedMedium({ ...scene, clock })
  const { busy } = scene
  const options = { clock: busy ? busyClock(clock, busy) : clock, random: seededRandom(1), ...scene.options }
  return { clock, network, resolver: zeroconfResolverOn(network.medium, options) }
}

/** The clock of a process that is busy with something else for a while: what sleeps until then wakes after it. */
function busyClock(clock: Clock, { from, to }: NonNullable<SimulatedNetwork['busy']>): Clock {
  return {
    now: () => clock.now(),
    sleep(ms, signal) {
      const until = clock.now() + ms
      return clock.sleep(until > from && until <= to ? to - clock.now() : ms, signal)
    },
  }
}

/** Asks for the clusters on a simulated network, and says all that came of it. */
export async function discovered(scene: Scene) {
  const { clock, network, resolver } = simulatedResolver(scene)
  const fold = discoverReportBuilder()
  const stream = resolver.discover({ timeout: scene.timeout })
  const timing = await read(clock, 'cluster', stream, (event) => fold.add(event))
  const { clusters, ...report } = fold.report()
  return {
    clusters: clusters.map(({ name }) => name),
    sources: clusters[0]?.sources,
    ...summary(report, network, timing),
  }
}

/** Resolves `alpha`, or another cluster, on a simulated network, and says all that came of it. */
export async function resolved(scene: Scene, cluster = 'alpha') {
  const { clock, network, resolver } = simulatedResolver(scene)
  const name = parseClusterName(cluster)
  const fold = resolveReportBuilder(name)
  const stream = resolver.resolve(name, { timeout: scene.timeout })
  const timing = await read(clock, 'endpoint', stream, (event) => fold.add(event))
  const { endpoints, ...report } = fold.report()
  return { endpoints, endpointTexts: endpoints.map(formatEndpoint), ...summary(report, network, timing) }
}

interface Timing {
  /** When the first result came, in milliseconds. */
  readonly firstResultAt: number | undefined
  readonly endedAt: number
}

/** Reads a stream to its end, in simulated time. */
async function read<Event extends DiscoverEvent | ResolveEvent>(
  clock: SimulatedClock,
  resultType: Event['type'],
  stream: AsyncIterable<Event>,
  add: (event: Event) => void,
): Promise<Timing> {
  const reading = (async () => {
    let firstResultAt: number | undefined
    for await (const event of stream) {
      if (event.type === resultType) firstResultAt ??= clock.now()
      add(event)
    }
    return { firstResultAt, endedAt: clock.now() }
  })()
  await clock.advance(20_000)
  return reading
}

type CommonReport = Pick<
  ReturnType<ReturnType<typeof discoverReportBuilder>['report']>,
  'outcome' | 'attempts' | 'warnings'
>

function summary({ outcome, attempts, warnings }: CommonReport, { sent, state }: SimulatedMedium, timing: Timing) {
  const queries = sent.map(({ at, interfaceName, message }) => {
    const questions = message.questions.map(({ name, type }) => `${recordTypeName(type)} ${nameToText(name)}`)
    return { at, interfaceName, questions, known: message.answers.length }
  })
  return {
    outcome,
    attempts,
    statuses: attempts.map(({ status }) => status),
    errors: attempts.map(({ error }) => error?.code),
    warnings,
    codes: warnings.map(({ code }) => code),
    sent,
    /** Each message: when, on which interface, and what it queried. */
    queries,
    /** Those of them that ask for lists of instances. */
    listQueries: queries.filter(({ questions }) => questions.some((question) => question.startsWith('PTR '))),
    openLinks: state.openLinks,
    ...timing,
  }
}
