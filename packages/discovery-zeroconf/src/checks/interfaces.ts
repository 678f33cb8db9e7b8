import { escapeText } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  commands,
  type Finding,
  finding,
  type Remedy,
  shellText,
} from '@pstorage/discovery-core/checks'
import { chooseInterfaces } from '../link/choose-interfaces.js'
import type { HostInterface } from '../link/host-interfaces.js'
import type { MulticastInterface } from '../link/multicast-interface.js'

/** Checks that interfaces can multicast. */
export const interfaceCheck: CheckDescription = {
  id: 'zeroconf-interface',
  checks: 'each network interface but loopback, or each that is named, can multicast',
  levels: ['ok', 'notice', 'warning', 'error'],
  follows: ['network-route'],
}

/** Reports for each interface whether it can multicast, and why not. */
export function* checkInterfaces(
  host: readonly HostInterface[],
  wanted: readonly string[] | undefined,
): Iterable<Finding> {
  const names = wanted ?? host.filter(({ loopback }) => !loopback).map(({ name }) => name)
  if (names.length === 0) {
    yield finding(interfaceCheck, 'error', {
      subject: 'this host',
      seen: 'has no network interface but loopback',
      meaning: 'it has no link to multicast on: zeroconf cannot query from here',
      remedies: commands('you', 'ip link'),
      follows: ['network-route'],
    })
    return
  }
  const { usable, refusals } = chooseInterfaces(host, names)
  for (const networkInterface of usable) {
    const subject = escapeText(networkInterface.name)
    yield finding(interfaceCheck, 'ok', { subject, seen: `can multicast from ${addressesOf(networkInterface)}` })
  }
  const isAlone = usable.length === 0
  for (const { wanted: name, error } of refusals) {
    const level = isAlone ? 'error' : wanted === undefined ? 'notice' : 'warning'
    yield finding(interfaceCheck, level, {
      subject: name === null ? 'this host' : escapeText(name),
      // The subject is the interface already.
      seen: error.message.replace(/^interface '[^']*' /, ''),
      meaning: isAlone ? 'zeroconf cannot query from here' : 'clusters on this link are not found',
      remedies: remediesOf(name, error.code),
      follows: error.code === 'ERR_INTERFACE_DOWN' ? ['network-route'] : [],
    })
  }
}

function addressesOf({ address, ipv6 }: MulticastInterface): string {
  return ipv6 === undefined || ipv6 === address ? address : `${address} and ${ipv6}`
}

function remediesOf(name: string | null, code: string): readonly Remedy[] {
  if (name === null) return commands('you', 'ip address')
  switch (code) {
    case 'ERR_INTERFACE_DOWN':
      return commands('root', shellText`ip link set dev ${name} up`)
    case 'ERR_INTERFACE_NO_MULTICAST':
      return commands('root', shellText`ip link set dev ${name} multicast on`)
    case 'ERR_INTERFACE_NO_ADDRESS':
      return commands('you', shellText`ip address show dev ${name}`)
    default:
      return commands('you', 'ip address')
  }
}
