import {
  type Clock,
  type ClusterName,
  createResolver,
  type DiscoverEvent,
  DiscoveryError,
  type Question,
  type Random,
  type ResolveEvent,
  type Resolver,
  systemClock,
  systemRandom,
} from '@pstorage/discovery-core'
import { chooseInterfaces, type InterfaceRefusal } from './choose-interfaces.js'
import { DiscoverReport } from './discover-report.js'
import { type ListenSettings, type ListenTask, listenOn } from './listen-on.js'
import { listeningTimes } from './listening-time.js'
import { type MulticastMedium, systemMedium } from './multicast-link.js'
import { BACKEND, METHOD } from './multicast-source.js'
import { NetworkWatch } from './network-watch.js'
import { ResolveReport } from './resolve-report.js'
import { SERVICE_TYPE_TEXT } from './service-type.js'
import { watchChanges } from './watch-changes.js'
import { weightedDraw } from './weighted-draw.js'
import { type ZeroconfLimits, zeroconfLimits } from './zeroconf-limits.js'

/** How to ask by multicast DNS. */
export interface ZeroconfResolverOptions {
  /**
   * The interfaces to ask on, by name (`eth0`) or by IPv4 address. Default: every interface that is up, has an IPv4
   * address and can multicast, except loopback, which is taken only when named.
   */
  readonly interfaces?: readonly string[] | undefined
  /** The UDP port that everybody uses; default 5353. Another one is for tests. */
  readonly port?: number | undefined
  /** Listening ends this long after the last new record, in milliseconds; default 1,000. */
  readonly quietTime?: number | undefined
  /** But not before this, counted from the first question; default 1,000. */
  readonly minimumTime?: number | undefined
  /** And not after this; default 3,000. */
  readonly maximumTime?: number | undefined
  /** What one interface may cost; what is left out keeps its default. */
  readonly limits?: Partial<ZeroconfLimits> | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
  /** Default: unpredictable. */
  readonly random?: Random | undefined
}

/**
 * Finds clusters by multicast DNS: browses the instances of `_pstorage._tcp.local` and resolves them.
 *
 * Each interface is an attempt of its own. Silence is not a no: without a result, an attempt is `silent` and the outcome
 * `undetermined`. Whoever is on the link can answer, and nothing proves who does: use it on test networks.
 *
 * Loads multicast-dns with the first question, and keeps no socket and no timer between questions.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`, at once, for an option that cannot work.
 * @see RFC 6762, RFC 6763
 */
export function zeroconfResolver(options: ZeroconfResolverOptions = {}): Resolver {
  return zeroconfResolverOn(systemMedium, options)
}

/** The same on a network of one's own. */
export function zeroconfResolverOn(medium: MulticastMedium, options: ZeroconfResolverOptions): Resolver {
  const { clock = systemClock, random = systemRandom } = options
  const interfaces = checkedInterfaces(options.interfaces)
  const common = { medium, port: checkedPort(options.port), limits: zeroconfLimits(options.limits), random }
  const network = new NetworkWatch({ ...common, interfaces, clock })
  const settings: ListenSettings = {
    ...common,
    times: listeningTimes(options),
    shared: (place, signal) => network.shared(place, signal),
  }

  const browse = async (
    question: Question<ResolveEvent>,
    cluster: ClusterName | undefined,
    report: ListenTask['report'],
  ): Promise<void> => {
    const { places, refusals } = chooseInterfaces(await medium.interfaces(), interfaces)
    for (const refusal of refusals) refuse(question, refusal)
    await Promise.all(places.map((place) => listenOn({ place, question, cluster, report, settings })))
  }

  return createResolver({
    name: BACKEND,
    clock,
    discover: (question) => browse(question, undefined, (place, emit) => new DiscoverReport({ place, emit })),
    resolve(cluster, question) {
      const draw = weightedDraw(random)
      return browse(question, cluster, (place, emit) => new ResolveReport({ cluster, place, draw, emit }))
    },
    changes: (cluster, watching) => watchChanges({ network, cluster, signal: watching.signal, hint: watching.hint }),
  })
}

function refuse({ asking }: Question<DiscoverEvent>, { wanted, error }: InterfaceRefusal): void {
  asking({ method: METHOD, target: SERVICE_TYPE_TEXT }).ended('unavailable', { server: wanted, error })
}

/** @throws DiscoveryError `ERR_OPTION_INVALID` */
export function checkedPort(port: number = 5353): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw new DiscoveryError('ERR_OPTION_INVALID', `port must be an integer from 1 to 65535: ${port}`)
}

/** @throws DiscoveryError `ERR_OPTION_INVALID` */
export function checkedInterfaces(interfaces: readonly string[] | undefined): readonly string[] | undefined {
  if (interfaces === undefined) return undefined
  const areNames = Array.isArray(interfaces) && interfaces.every((name) => typeof name === 'string' && name !== '')
  if (areNames && interfaces.length > 0) return [...interfaces]
  throw new DiscoveryError('ERR_OPTION_INVALID', 'interfaces must be names or IPv4 addresses, at least one')
}
