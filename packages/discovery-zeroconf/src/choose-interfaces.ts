import { type AttemptError, escapeText, quoteText } from '@pstorage/discovery-core'
import type { HostInterface } from './host-interfaces.js'
import type { ListeningPlace } from './listening-place.js'

/** Where to listen, and where that cannot be done. */
export interface InterfaceChoice {
  readonly places: readonly ListeningPlace[]
  readonly refusals: readonly InterfaceRefusal[]
}

/** An interface that was asked for and cannot be used, or, with `wanted` null, that there is none that can. */
export interface InterfaceRefusal {
  readonly wanted: string | null
  /**
   * `ERR_INTERFACE_NOT_FOUND`, `ERR_INTERFACE_DOWN`, `ERR_INTERFACE_NO_ADDRESS`, `ERR_INTERFACE_NO_MULTICAST`, or
   * `ERR_NO_INTERFACE` when none was asked for by name and none can be used.
   */
  readonly error: AttemptError
}

/**
 * Chooses the interfaces to listen on, each once.
 *
 * Named ones (by name or by address) are all answered for. Otherwise every interface that can multicast is taken, and
 * those that cannot matter only when there is no other. The loopback interface has no MULTICAST flag and multicasts all
 * the same, over IPv4; it is taken only when named.
 */
export function chooseInterfaces(host: readonly HostInterface[], wanted?: readonly string[]): InterfaceChoice {
  return wanted === undefined ? chooseAll(host) : chooseNamed(host, wanted)
}

function chooseAll(host: readonly HostInterface[]): InterfaceChoice {
  const candidates = host.filter(({ loopback }) => !loopback)
  const places = candidates.flatMap((candidate) => placeOf(candidate) ?? [])
  if (places.length > 0) return { places, refusals: [] }
  const reasons = candidates.map((candidate) => `${escapeText(candidate.name)} ${faultOf(candidate)?.reason}`)
  const why = reasons.length > 0 ? reasons.join('; ') : 'this host has no network interface but loopback'
  const message = `no interface can multicast: ${why}`
  return { places, refusals: [{ wanted: null, error: { code: 'ERR_NO_INTERFACE', message } }] }
}

function chooseNamed(host: readonly HostInterface[], wanted: readonly string[]): InterfaceChoice {
  const places = new Map<string, ListeningPlace>()
  const refusals: InterfaceRefusal[] = []
  for (const name of new Set(wanted)) {
    const found = host.find((candidate) => candidate.name === name || addressesOf(candidate).includes(bare(name)))
    const place = found && placeOf(found, bare(name))
    if (place !== undefined) {
      if (!places.has(place.name)) places.set(place.name, place)
      continue
    }
    const error = found === undefined ? notFound(name, host) : unusable(found)
    refusals.push({ wanted: escapeText(name), error })
  }
  return { places: [...places.values()], refusals }
}

/** The place that an interface is, unless it cannot be used; by the IPv4 address that it was named by, or its first. */
function placeOf(candidate: HostInterface, namedBy?: string): ListeningPlace | undefined {
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

/** The address that IPv6 multicast of an interface comes from. Loopback has no route for it where it has one for IPv4. */
function sendingAddress({ loopback, ipv4, ipv6 = [] }: HostInterface): string | undefined {
  if (loopback && ipv4.length > 0) return undefined
  return ipv6.find(({ address }) => isLinkLocal(address))?.address ?? ipv6[0]?.address
}

function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/.test(address)
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

function unusable(found: HostInterface): AttemptError {
  const { code = 'ERR_NO_INTERFACE', reason = 'cannot be used' } = faultOf(found) ?? {}
  return { code, message: `interface ${quoteText(found.name)} ${reason}` }
}

function notFound(name: string, host: readonly HostInterface[]): AttemptError {
  const there = host.map((candidate) => escapeText([candidate.name, ...addressesOf(candidate)].join(' ')))
  const list = there.length > 0 ? `there are: ${there.join(', ')}` : 'there is none'
  return {
    code: 'ERR_INTERFACE_NOT_FOUND',
    message: `no interface has the name or address ${quoteText(name)}; ${list}`,
  }
}

/** Interfaces list their addresses without a zone. */
function bare(address: string): string {
  return address.replace(/%.*$/, '')
}

function addressesOf({ ipv4, ipv6 = [] }: HostInterface): string[] {
  return [...ipv4, ...ipv6].map(({ address }) => address)
}
