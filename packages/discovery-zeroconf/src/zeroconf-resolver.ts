import {
  type Clock,
  type ClusterName,
  checkedPort,
  checkOptionNames,
  createResolver,
  type DiscoverEvent,
  escapeText,
  type QueryContext,
  type Random,
  type ResolveEvent,
  type Resolver,
  systemClock,
  systemRandom,
} from '@pstorage/discovery-core'
import { listeningTimes, type ZeroconfLimits, zeroconfLimits } from './browse/browse-limits.js'
import { ClusterReporter } from './browse/cluster-reporter.js'
import { EndpointReporter, weightedDraw } from './browse/endpoint-reporter.js'
import { BACKEND, METHOD } from './browse/instance-reporter.js'
import { type AttemptSettings, type InterfaceAttemptOptions, runInterfaceAttempt } from './browse/interface-attempt.js'
import { NetworkMonitor } from './browse/network-monitor.js'
import { chooseInterfaces, type InterfaceRefusal, validateInterfaces } from './link/choose-interfaces.js'
import { MULTICAST_PORT } from './link/multicast-interface.js'
import type { MulticastMedium } from './link/multicast-link.js'
import { systemMedium } from './link/open-link.js'
import { SERVICE_TYPE_TEXT } from './records/service-type.js'

/** Options of `zeroconfResolver`. */
export interface ZeroconfResolverOptions {
  /**
   * The interfaces to query, by name (`eth0`) or by address. Default: every interface that is up, has an address and
   * can multicast, except loopback, which is used only when named.
   */
  readonly interfaces?: readonly string[] | undefined
  /** The UDP port of multicast DNS; default 5353. Another one is for tests. */
  readonly port?: number | undefined
  /** Listening ends this long after the last new record, in milliseconds; default 1,000. */
  readonly quietTime?: number | undefined
  /** The least time of listening from the first question on, in milliseconds; default 1,000. */
  readonly minimumTime?: number | undefined
  /** The most time of listening from the first question on, in milliseconds; default 3,000. */
  readonly maximumTime?: number | undefined
  /** Limits of what one interface may cost; each defaults on its own. */
  readonly limits?: Partial<ZeroconfLimits> | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
  /** Default: unpredictable. */
  readonly random?: Random | undefined
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof ZeroconfResolverOptions, 'list' | 'other'>> = {
  interfaces: 'list',
  port: 'other',
  quietTime: 'other',
  minimumTime: 'other',
  maximumTime: 'other',
  limits: 'other',
  clock: 'other',
  random: 'other',
}

/**
 * Resolves clusters by multicast DNS: browses the instances of `_pstorage._tcp.local` and resolves them.
 *
 * Each interface is an attempt of its own. Silence is no denial: without a result, an attempt is `silent` and the
 * outcome `undetermined`. Every host on the link can answer, and nothing authenticates it: use it on test networks.
 *
 * Loads multicast-dns with the first query, and keeps no socket and no timer between queries.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`, at once, for an option that cannot work.
 * @see RFC 6762, RFC 6763
 */
export function zeroconfResolver(options: ZeroconfResolverOptions = {}): Resolver {
  return zeroconfResolverOn(systemMedium, options)
}

/** Creates the resolver on a medium; tests bring a simulated one. */
export function zeroconfResolverOn(medium: MulticastMedium, options: ZeroconfResolverOptions): Resolver {
  checkOptionNames('zeroconfResolver', options, optionNames)
  const { clock = systemClock, random = systemRandom } = options
  const interfaces = validateInterfaces(options.interfaces)
  const common = {
    medium,
    port: checkedPort('port', options.port ?? MULTICAST_PORT),
    limits: zeroconfLimits(options.limits),
    random,
  }
  const network = new NetworkMonitor({ ...common, interfaces, clock })
  const settings: AttemptSettings = {
    ...common,
    times: listeningTimes(options),
    monitored: (networkInterface, signal) => network.monitored(networkInterface, signal),
  }

  const browse = async (
    query: QueryContext<ResolveEvent>,
    cluster: ClusterName | undefined,
    reporterOn: (sources: readonly string[]) => InterfaceAttemptOptions['createReporter'],
  ): Promise<void> => {
    const present = await medium.interfaces()
    const { usable, refusals } = chooseInterfaces(present, interfaces)
    const createReporter = reporterOn(
      present.flatMap(({ ipv4, ipv6 = [] }) => [...ipv4, ...ipv6].map(({ address }) => address)),
    )
    for (const refusal of refusals) finishRefused(query, refusal)
    await Promise.all(
      usable.map((networkInterface) =>
        runInterfaceAttempt({ networkInterface, query, cluster, createReporter, settings }),
      ),
    )
  }

  return createResolver({
    name: BACKEND,
    clock,
    discover: (query) => browse(query, undefined, () => (context, emit) => new ClusterReporter({ context, emit })),
    resolve(cluster, query) {
      const draw = weightedDraw(random)
      return browse(query, cluster, (sources) => (context, emit) => {
        return new EndpointReporter({ cluster, context, draw, sources, emit })
      })
    },
    changes: (cluster, { signal, hint }) => network.watch(cluster, signal, hint),
  })
}

function finishRefused({ startAttempt }: QueryContext<DiscoverEvent>, { wanted, error }: InterfaceRefusal): void {
  const server = wanted === null ? null : escapeText(wanted)
  startAttempt({ method: METHOD, target: SERVICE_TYPE_TEXT }).finish('unavailable', { server, error })
}
