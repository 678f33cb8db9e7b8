import type { Socket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { type MulticastFamily, withoutZone } from './multicast-interface.js'

/** A socket of one interface that is bound to the group. */
interface GroupSocket {
  /** True when it receives only datagrams that arrive on its interface, as far as the system can ensure that. */
  readonly isExact: boolean
  /** Stops keeping other interfaces out; to be called when the socket is closed. */
  release(): void
}

/**
 * Restricts a socket that is bound to the group to datagrams that arrive on its own interface.
 *
 * Over IPv6, such a socket is bound to the interface as well. Over IPv4, Linux delivers to it from every interface on
 * which any program has joined the group, and Node.js has no option against that (`IP_MULTICAST_ALL`). So the socket
 * joins the group there too, but for a source that does not exist, which excludes all others. A new membership of
 * another program is noticed within two seconds.
 *
 * @see ip(7), RFC 3376 section 3.2
 */
export function restrictToInterface(
  socket: Socket,
  { name, group, ownAddress, receivingAddress }: MulticastFamily,
): GroupSocket {
  const isGroup = withoutZone(receivingAddress) === group
  if (!isGroup || name === 'IPv6') return { isExact: isGroup, release: () => undefined }
  const member = new Member(socket, group, ownAddress)
  members.add(member)
  timer ??= setInterval(excludeOthers, POLL_INTERVAL).unref()
  // The others now have one more interface to exclude.
  excludeOthers()
  return member
}

/** Returns the indexes of the interfaces, by name, on which some program has joined an IPv4 group: proc_net(5). */
export function joinedInterfaces(table: string, group: string): ReadonlyMap<string, number> {
  const octets = group.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0').toUpperCase())
  // The table uses the byte order of the host.
  const codes = [octets.join(''), octets.toReversed().join('')]
  const joined = new Map<string, number>()
  let current: readonly [name: string, index: number] | undefined
  for (const line of table.split('\n')) {
    const [, index, name] = /^(\d+)\s+(\S+)\s*:/.exec(line) ?? []
    if (index !== undefined && name !== undefined) current = [name, Number(index)]
    const [, code = ''] = /^\s+([0-9A-F]{8})\s/.exec(line) ?? []
    if (current !== undefined && codes.includes(code)) joined.set(...current)
  }
  return joined
}

class Member implements GroupSocket {
  readonly #socket: Socket
  readonly #group: string
  readonly #address: string
  readonly #excluded = new Set<number>()
  isExact = false

  constructor(socket: Socket, group: string, address: string) {
    this.#socket = socket
    this.#group = group
    this.#address = address
  }

  /**
   * Excludes the other interfaces.
   *
   * @param addresses the IPv4 addresses of each interface, by its name
   */
  excludeOthers(table: string, addresses: ReadonlyMap<string, readonly string[]>): void {
    let isExact = true
    for (const [name, index] of joinedInterfaces(table, this.#group)) {
      const own = addresses.get(name)
      // An interface that is not running receives nothing, and has no addresses here.
      if (own === undefined || own.includes(this.#address) || this.#excluded.has(index)) continue
      if (this.#exclude(own[0])) this.#excluded.add(index)
      else isExact = false
    }
    this.isExact = isExact
  }

  release(): void {
    members.delete(this)
    if (members.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  /**
   * Excludes an interface. Fails for one without an address, which cannot be named to the system, and after about
   * twenty memberships.
   */
  #exclude(address: string | undefined): boolean {
    if (address === undefined) return false
    try {
      this.#socket.addSourceSpecificMembership(NO_SOURCE, this.#group, address)
      return true
    } catch {
      return false
    }
  }
}

/** No datagram has this source: RFC 1122 section 3.2.1.3. */
const NO_SOURCE = '255.255.255.255'
/** Milliseconds between two reads of the memberships. */
const POLL_INTERVAL = 2_000
const members = new Set<Member>()
let timer: NodeJS.Timeout | undefined

function excludeOthers(): void {
  const table = readTable()
  const addresses = ipv4Addresses()
  for (const member of members) {
    if (table === undefined) member.isExact = false
    else member.excludeOthers(table, addresses)
  }
}

function readTable(): string | undefined {
  try {
    return readFileSync('/proc/net/igmp', 'latin1')
  } catch {
    return undefined
  }
}

function ipv4Addresses(): ReadonlyMap<string, readonly string[]> {
  const addresses = new Map<string, readonly string[]>()
  for (const [label, own = []] of Object.entries(networkInterfaces())) {
    const name = label.replace(/:.*$/, '')
    const more = own.filter(({ family }) => family === 'IPv4').map(({ address }) => address)
    addresses.set(name, [...(addresses.get(name) ?? []), ...more])
  }
  return addresses
}
