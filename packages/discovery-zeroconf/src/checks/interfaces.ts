import { escapeText } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  type Finding,
  finding,
  type Remedy,
  remedy,
  shellWord,
} from '@pstorage/discovery-core/checks'
import { chooseInterfaces } from '../choose-interfaces.js'
import type { HostInterface } from '../host-interfaces.js'
import type { ListeningPlace } from '../listening-place.js'

/** Whether interfaces can multicast. */
export const interfaceCheck: CheckDescription = {
  id: 'zeroconf-interface',
  checks: 'each network interface but loopback, or each that is named, can multicast',
  levels: ['ok', 'notice', 'warning', 'error'],
}

/** Says of each interface whether it can multicast, and what it lacks. */
export function* checkInterfaces(
  host: readonly HostInterface[],
  wanted: readonly string[] | undefined,
): Iterable<Finding> {
  const names = wanted ?? host.filter(({ loopback }) => !loopback).map(({ name }) => name)
  if (names.length === 0) {
    yield finding(interfaceCheck, 'error', {
      subject: 'this host',
      seen: 'has no network interface but loopback',
      meaning: 'it has no link to multicast on: nothing can be asked by zeroconf from here',
      remedies: [
        remedy({
          kind: 'command',
          place: 'root',
          text: 'ip link add link <PARENT> name eth0 type macvlan mode bridge',
        }),
      ],
    })
    return
  }
  const { places, refusals } = chooseInterfaces(host, names)
  for (const place of places) {
    const subject = escapeText(place.name)
    yield finding(interfaceCheck, 'ok', { subject, seen: `can multicast from ${addressesOf(place)}` })
  }
  const isAlone = places.length === 0
  for (const { wanted: name, error } of refusals) {
    const level = isAlone ? 'error' : wanted === undefined ? 'notice' : 'warning'
    yield finding(interfaceCheck, level, {
      subject: name ?? 'this host',
      seen: error.message,
      meaning: isAlone ? 'nothing can be asked by zeroconf from here' : 'clusters on this link are not found',
      remedies: remediesOf(name ?? '<INTERFACE>', error.code),
    })
  }
}

function addressesOf({ address, ipv6 }: ListeningPlace): string {
  return ipv6 === undefined || ipv6 === address ? address : `${address} and ${ipv6}`
}

function remediesOf(name: string, code: string): readonly Remedy[] {
  const word = shellWord(name)
  const command = (text: string): readonly Remedy[] => [remedy({ kind: 'command', place: 'root', text })]
  switch (code) {
    case 'ERR_INTERFACE_DOWN':
      return command(`ip link set dev ${word} up`)
    case 'ERR_INTERFACE_NO_MULTICAST':
      return command(`ip link set dev ${word} multicast on`)
    case 'ERR_INTERFACE_NO_ADDRESS':
      return command(`ip address add <ADDRESS>/24 dev ${word}`)
    default:
      return command('ip -brief address')
  }
}

/** The places that can be listened on. */
export function placesOf(
  host: readonly HostInterface[],
  wanted: readonly string[] | undefined,
): readonly ListeningPlace[] {
  return chooseInterfaces(host, wanted).places
}
