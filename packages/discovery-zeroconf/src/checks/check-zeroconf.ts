import {
  type Clock,
  type ClusterName,
  checkedPort,
  checkOptionNames,
  type Random,
  systemClock,
} from '@pstorage/discovery-core'
import type { CheckDescription, Finding } from '@pstorage/discovery-core/checks'
import { chooseInterfaces, validateInterfaces } from '../link/choose-interfaces.js'
import { MULTICAST_PORT } from '../link/multicast-interface.js'
import { systemMedium } from '../link/open-link.js'
import { zeroconfResolver } from '../zeroconf-resolver.js'
import { checkInstances, clustersCheck, instanceCheck, instanceFacts } from './instances.js'
import { checkInterfaces, interfaceCheck } from './interfaces.js'
import { answersCheck, checkLink, loopbackCheck, probeLink } from './link.js'
import { checkPort, portCheck, portHolders } from './port.js'

/** Options of `checkZeroconf`; all are optional, and mean the same as those of `zeroconfResolver`. */
export interface CheckZeroconfOptions {
  /** Names or addresses of interfaces; default: all but loopback. */
  readonly interfaces?: readonly string[] | undefined
  /** Default 5353. */
  readonly port?: number | undefined
  /** Checks only this cluster; default: all that are announced. */
  readonly cluster?: ClusterName | undefined
  /** Milliseconds for browsing and for resolving; default 5,000. */
  readonly timeout?: number | undefined
  /** Ends the checks at once; rejects with its reason. */
  readonly signal?: AbortSignal | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
  /** Default: unpredictable. */
  readonly random?: Random | undefined
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof CheckZeroconfOptions, 'list' | 'other'>> = {
  interfaces: 'list',
  port: 'other',
  cluster: 'other',
  timeout: 'other',
  signal: 'other',
  clock: 'other',
  random: 'other',
}

/** All checks of multicast DNS, in the order in which they run. */
export const zeroconfChecks: readonly CheckDescription[] = [
  interfaceCheck,
  portCheck,
  loopbackCheck,
  answersCheck,
  clustersCheck,
  instanceCheck,
]

/** Milliseconds to wait for our own messages and those of others. */
const LISTENING_TIME = 1_000

/**
 * Checks whether this host can multicast, which hosts answer, and what they announce about clusters; reports the
 * results and how to fix each fault. It queries every interface, as the resolver does.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`; the reason of the signal
 */
export async function* checkZeroconf(options: CheckZeroconfOptions = {}): AsyncGenerator<Finding, void, void> {
  checkOptionNames('checkZeroconf', options, optionNames)
  const medium = systemMedium
  const { cluster, clock = systemClock, random, timeout = 5_000, signal = new AbortController().signal } = options
  const interfaces = validateInterfaces(options.interfaces)
  const port = checkedPort('port', options.port ?? MULTICAST_PORT)
  signal.throwIfAborted()
  const host = await medium.interfaces()
  yield* checkInterfaces(host, interfaces)
  const { usable } = chooseInterfaces(host, interfaces)
  if (usable.length === 0) return

  await using resolver = zeroconfResolver({ interfaces, port, clock, random })
  const holding = portHolders(port)
  const browsing = instanceFacts(resolver, cluster, { signal, timeout })
  browsing.catch(() => {})
  const links = await Promise.all(
    usable.map((networkInterface) =>
      probeLink(networkInterface, { medium, port, time: LISTENING_TIME, clock, signal }),
    ),
  )
  yield* checkPort(port, await holding, links.find(({ refusal }) => refusal !== undefined)?.refusal)
  for (const link of links) yield* checkLink(link, port)
  const isSilent = links.every(({ answerers }) => answerers.length === 0)
  yield* checkInstances(await browsing, isSilent)
}
