import { readdir, readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import type { Subnet } from './multicast-interface.js'

/** A network interface of this host. */
export interface HostInterface {
  readonly name: string
  readonly loopback: boolean
  readonly up: boolean
  /** True when it takes part in multicast; `undefined` where the system does not say. */
  readonly multicast: boolean | undefined
  /** Its IPv4 addresses; empty as well while it has no carrier. */
  readonly ipv4: readonly Subnet[]
  /** Its IPv6 addresses, without a zone; empty as well while it has no carrier. Default: none. */
  readonly ipv6?: readonly Subnet[] | undefined
  /**
   * The index that the system gave it: another one after it was deleted and made anew. `undefined` where the system
   * does not say.
   */
  readonly index?: number | undefined
}

/** Lists the network interfaces of this host, those without an address included where the system lists them. */
export async function hostInterfaces(): Promise<readonly HostInterface[]> {
  const marks = await interfaceMarks()
  const addresses = interfaceAddresses()
  const names = new Set([...addresses.keys(), ...marks.keys()])
  return [...names].map((name) => {
    const { bits, index } = marks.get(name) ?? {}
    const own = addresses.get(name) ?? []
    const ofFamily = (wanted: string): Subnet[] =>
      own.filter(({ family }) => family === wanted).map(({ address, netmask }) => ({ address, netmask }))
    return {
      name,
      index,
      loopback: bits === undefined ? own.some(({ internal }) => internal) : (bits & IFF_LOOPBACK) !== 0,
      up: bits === undefined ? own.length > 0 : (bits & IFF_UP) !== 0,
      multicast: bits === undefined ? undefined : (bits & IFF_MULTICAST) !== 0,
      ipv4: ofFamily('IPv4'),
      ipv6: ofFamily('IPv6'),
    }
  })
}

// Flags of netdevice(7).
const IFF_UP = 0x1
const IFF_LOOPBACK = 0x8
const IFF_MULTICAST = 0x1000

const SYSTEM_LIST = '/sys/class/net'

interface InterfaceAddress extends Subnet {
  readonly family: string
  readonly internal: boolean
}

function interfaceAddresses(): Map<string, readonly InterfaceAddress[]> {
  const byName = new Map<string, readonly InterfaceAddress[]>()
  for (const [label, addresses = []] of Object.entries(networkInterfaces())) {
    // Linux lists labelled addresses under their label: `eth0:1` is the interface `eth0`.
    const name = label.replace(/:.*$/, '')
    byName.set(name, [...(byName.get(name) ?? []), ...addresses])
  }
  return byName
}

/** Attributes of an interface. */
interface InterfaceMarks {
  readonly bits: number
  readonly index: number | undefined
}

/** Reads the attributes of each interface. Empty on systems without the files of Linux. */
async function interfaceMarks(): Promise<Map<string, InterfaceMarks>> {
  const names = await readdir(SYSTEM_LIST).catch(() => [])
  const marks = new Map<string, InterfaceMarks>()
  for (const name of names) {
    // An interface may vanish at any time, and not everything listed is one.
    const bits = await readNumber(`${SYSTEM_LIST}/${name}/flags`, 16)
    const index = await readNumber(`${SYSTEM_LIST}/${name}/ifindex`, 10)
    if (bits !== undefined) marks.set(name, { bits, index })
  }
  return marks
}

async function readNumber(path: string, radix: number): Promise<number | undefined> {
  const number = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), radix)
  return Number.isNaN(number) ? undefined : number
}
