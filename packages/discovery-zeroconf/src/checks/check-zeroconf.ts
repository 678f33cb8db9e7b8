import { type Clock, type ClusterName, type Random, systemClock } from '@pstorage/discovery-core'
import type { CheckDescription, Finding } from '@pstorage/discovery-core/checks'
import { systemMedium } from '../multicast-link.js'
import { checkedInterfaces, checkedPort, zeroconfResolver } from '../zeroconf-resolver.js'
import { instanceFacts } from './instance-facts.js'
import { checkInstances, clustersCheck, instanceCheck } from './instances.js'
import { checkInterfaces, interfaceCheck, placesOf } from './interfaces.js'
import { answersCheck, checkLink, loopbackCheck } from './link.js'
import { linkFacts } from './link-facts.js'
import { checkPort, portCheck } from './port.js'
import { portHolders } from './port-holders.js'

/** What is checked of multicast DNS; all of it is optional, and means what it means to `zeroconfResolver`. */
export interface CheckZeroconfOptions {
  /** Names or addresses of interfaces; default: all but loopback. */
  readonly interfaces?: readonly string[] | undefined
  /** Default 5353. */
  readonly port?: number | undefined
  /** Only this cluster is looked at; default: all that are told about. */
  readonly cluster?: ClusterName | undefined
  /** Milliseconds for browsing and for resolving; default 5,000. */
  readonly timeout?: number | undefined
  /** Ends it at once; rejects with its reason. */
  readonly signal?: AbortSignal | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
  /** Default: unpredictable. */
  readonly random?: Random | undefined
}

/** All checks of multicast DNS, in the order in which they are made. */
export const zeroconfChecks: readonly CheckDescription[] = [
  interfaceCheck,
  portCheck,
  loopbackCheck,
  answersCheck,
  clustersCheck,
  instanceCheck,
]

/** Milliseconds to hear oneself and others. */
const LISTENING_TIME = 1_000

/**
 * Looks whether this host can multicast, who else does, and what is told about clusters; and says what works, what does
 * not, and how to mend it. It asks on every interface, as the resolver does.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`; the reason of the signal
 */
export async function* checkZeroconf(options: CheckZeroconfOptions = {}): AsyncGenerator<Finding, void, void> {
  const medium = systemMedium
  const { cluster, clock = systemClock, random, timeout = 5_000, signal = new AbortController().signal } = options
  const interfaces = checkedInterfaces(options.interfaces)
  const port = checkedPort(options.port)
  signal.throwIfAborted()
  const host = await medium.interfaces()
  yield* checkInterfaces(host, interfaces)
  const places = placesOf(host, interfaces)
  if (places.length === 0) return

  await using resolver = zeroconfResolver({ interfaces, port, clock, random })
  const holding = portHolders(port)
  const browsing = instanceFacts(resolver, cluster, { signal, timeout })
  browsing.catch(() => {})
  const links = await Promise.all(
    places.map((place) => linkFacts(place, { medium, port, time: LISTENING_TIME, clock, signal })),
  )
  yield* checkPort(port, await holding, links.find(({ refusal }) => refusal !== undefined)?.refusal)
  for (const link of links) yield* checkLink(link, port)
  yield* checkInstances(await browsing)
}
