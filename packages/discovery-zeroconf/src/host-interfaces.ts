import { readdir, readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import type { Subnet } from './listening-place.js'

/** A network interface of this host. */
export interface HostInterface {
  readonly name: string
  readonly loopback: boolean
  /** Whether it is switched on. */
  readonly up: boolean
  /** Whether it takes part in multicast; `undefined` where the system does not say. */
  readonly multicast: boolean | undefined
  /** Its IPv4 addresses; empty as well while it has no carrier. */
  readonly ipv4: readonly Subnet[]
}

/** The network interfaces of this host, those without an address included where the system lists them. */
export async function hostInterfaces(): Promise<readonly HostInterface[]> {
  const flags = await interfaceFlags()
  const addresses = interfaceAddresses()
  const names = new Set([...addresses.keys(), ...flags.keys()])
  return [...names].map((name) => {
    const bits = flags.get(name)
    const own = addresses.get(name) ?? []
    return {
      name,
      loopback: bits === undefined ? own.some(({ internal }) => internal) : (bits & IFF_LOOPBACK) !== 0,
      up: bits === undefined ? own.length > 0 : (bits & IFF_UP) !== 0,
      multicast: bits === undefined ? undefined : (bits & IFF_MULTICAST) !== 0,
      ipv4: own.filter(({ family }) => family === 'IPv4').map(({ address, netmask }) => ({ address, netmask })),
    }
  })
}

// As netdevice(7) has them.
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

/** The flags of each interface. Empty on systems that do not show them as Linux does. */
async function interfaceFlags(): Promise<Map<string, number>> {
  const names = await readdir(SYSTEM_LIST).catch(() => [])
  const flags = new Map<string, number>()
  for (const name of names) {
    // An interface may vanish at any time, and not everything listed is one.
    const text = await readFile(`${SYSTEM_LIST}/${name}/flags`, 'utf8').catch(() => '')
    const bits = Number.parseInt(text, 16)
    if (!Number.isNaN(bits)) flags.set(name, bits)
  }
  return flags
}
