import { type AttemptError, DiscoveryError, escapeText, isLinkLocalIPv6, quoteText } from '@pstorage/discovery-core'
import type { HostInterface } from './host-interfaces.js'
import { type MulticastInterface, withoutZone } from './multicast-interface.js'

/** The usable interfaces, and the reasons why others are not. */
interface InterfaceChoice {
  readonly usable: readonly MulticastInterface[]
  readonly refusals: readonly InterfaceRefusal[]
}

/** A named interface that cannot be used; with `wanted` null, the reason why none can. */
export interface InterfaceRefusal {
  /** As it was given, not escaped. */
  readonly wanted: string | null
  /**
   * `ERR_INTERFACE_NOT_FOUND`, `ERR_INTERFACE_DOWN`, `ERR_INTERFACE_NO_ADDRESS`, `ERR_INTERFACE_NO_MULTICAST`, or
   * `ERR_NO_INTERFACE` when none was named and none can be used.
   */
  readonly error: AttemptError
}

/**
 * Chooses the interfaces to listen on, each once.
 *
 * Each named interface (by name or by address) is usable or refused. Without names, every interface that can multicast
 * is chosen, and the others matter only when there is none. The loopback interface has no MULTICAST flag and multicasts
 * all the same, over IPv4; it is chosen only when named.
 */
export function chooseInterfaces(host: readonly HostInterface[], wanted?: readonly string[]): InterfaceChoice {
  return wanted === undefined ? chooseAll(host) : chooseNamed(host, wanted)
}

function chooseAll(host: readonly HostInterface[]): InterfaceChoice {
  const candidates = host.filter(({ loopback }) => !loopback)
  const usable = candidates.flatMap((candidate) => toMulticastInterface(candidate) ?? [])
  if (usable.length > 0) return { usable: usable, refusals: [] }
  const reasons = candidates.map((candidate) => `${escapeText(candidate.name)} ${faultOf(candidate)?.reason}`)
  const why = reasons.length > 0 ? reasons.join('; ') : 'this host has no network interface but loopback'
  const message = `no interface can multicast: ${why}`
  return { usable: usable, refusals: [{ wanted: null, error: { code: 'ERR_NO_INTERFACE', message } }] }
}

function chooseNamed(host: readonly HostInterface[], wanted: readonly string[]): InterfaceChoice {
  const usable = new Map<string, MulticastInterface>()
  const refusals: InterfaceRefusal[] = []
  for (const name of new Set(wanted)) {
    const match = host.find(
      (candidate) => candidate.name === name || addressesOf(candidate).includes(withoutZone(name)),
    )
    const networkInterface = match && toMulticastInterface(match, withoutZone(name))
    if (networkInterface !== undefined) {
      if (!usable.has(networkInterface.name)) usable.set(networkInterface.name, networkInterface)
      continue
    }
    const error = match === undefined ? notFound(name, host) : unusable(match)
    refusals.push({ wanted: name, error })
  }
  return { usable: [...usable.values()], refusals }
}

/**
 * Returns the interface with the IPv4 address that it was named by, or its first; `undefined` when it cannot be used.
 */
function toMulticastInterface(candidate: HostInterface, namedBy?: string): MulticastInterface | undefined {
  const { name, loopback, ipv4, index } = candidate
  const ipv6 = sendingAddress(candidate)
  const own = ipv4.find(({ address }) => address === namedBy)?.address ?? ipv4[0]?.address ?? ipv6
  if (own === undefined || faultOf(candidate) !== undefined) return undefined
  const subnets = [...ipv4, ...(candidate.ipv6 ?? [])]
  return {
    name,
    address: own,
    loopback,
    subnets,
    ...(ipv6 !== undefined && { ipv6 }),
    ...(index !== undefined && { index }),
  }
}

/** Returns the source address of IPv6 multicast. Loopback has no route for it where it has one for IPv4. */
function sendingAddress({ loopback, ipv4, ipv6 = [] }: HostInterface): string | undefined {
  if (loopback && ipv4.length > 0) return undefined
  return ipv6.find(({ address }) => isLinkLocalIPv6(address))?.address ?? ipv6[0]?.address
}

function faultOf(candidate: HostInterface): { code: string; reason: string } | undefined {
  const { up, multicast, loopback } = candidate
  if (!up) return { code: 'ERR_INTERFACE_DOWN', reason: 'is down' }
  if (multicast === false && !loopback) {
    const reason = 'has no MULTICAST flag, as in containers with IP-based routing'
    return { code: 'ERR_INTERFACE_NO_MULTICAST', reason }
  }
  if (addressesOf(candidate).length === 0) {
    return { code: 'ERR_INTERFACE_NO_ADDRESS', reason: 'has no address, or no carrier' }
  }
  return undefined
}

function unusable(hostInterface: HostInterface): AttemptError {
  const { code = 'ERR_NO_INTERFACE', reason = 'cannot be used' } = faultOf(hostInterface) ?? {}
  return { code, message: `interface ${quoteText(hostInterface.name)} ${reason}` }
}

function notFound(name: string, host: readonly HostInterface[]): AttemptError {
  const there = host.map((candidate) => escapeText([candidate.name, ...addressesOf(candidate)].join(' ')))
  const list = there.length > 0 ? `there are: ${there.join(', ')}` : 'there is none'
  return {
    code: 'ERR_INTERFACE_NOT_FOUND',
    message: `no interface has the name or address ${quoteText(name)}; ${list}`,
  }
}

function addressesOf({ ipv4, ipv6 = [] }: HostInterface): string[] {
  return [...ipv4, ...ipv6].map(({ address }) => address)
}

/**
 * Returns the interface names of an option.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`
 */
export function validateInterfaces(interfaces: readonly string[] | undefined): readonly string[] | undefined {
  if (interfaces === undefined) return undefined
  const areNames = Array.isArray(interfaces) && interfaces.every((name) => typeof name === 'string' && name !== '')
  if (areNames && interfaces.length > 0) return [...interfaces]
  throw new DiscoveryError('ERR_OPTION_INVALID', 'interfaces must be names or addresses, at least one')
}
