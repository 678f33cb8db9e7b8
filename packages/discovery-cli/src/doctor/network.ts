import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { escapeText } from '@pstorage/discovery-core'
import { type CheckDescription, type Finding, finding, remedy, shellWord } from '@pstorage/discovery-core/checks'

/** Whether this host has a way to others. */
export const networkCheck: CheckDescription = {
  id: 'network-route',
  checks: 'this host has a network interface with an address, and a way to other networks',
  levels: ['ok', 'notice', 'warning'],
}

/** What this host, or its network namespace, is connected to. */
export interface NetworkFacts {
  /** Names and addresses of interfaces beside loopback. */
  readonly interfaces: readonly { readonly name: string; readonly address: string }[]
  /** Whether loopback is up. */
  readonly hasLoopback: boolean
  /** Whether there is a default route; `undefined` where the system does not tell. */
  readonly hasDefaultRoute: boolean | undefined
}

/** Looks at interfaces and routes. */
export async function networkFacts(): Promise<NetworkFacts> {
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.map(({ address, internal }) => ({ name, address, internal })),
  )
  const [four, six] = await Promise.all(
    ['route', 'ipv6_route'].map((file) => readFile(`/proc/net/${file}`, 'utf8').catch(() => undefined)),
  )
  return {
    interfaces: all.filter(({ internal }) => !internal),
    hasLoopback: all.some(({ internal }) => internal),
    hasDefaultRoute: four === undefined && six === undefined ? undefined : isDefaultIn(four ?? '', six ?? ''),
  }
}

/** Of IPv4 the destination and the mask are zero; of IPv6 the destination and its length, but not on loopback. */
function isDefaultIn(four: string, six: string): boolean {
  const rows = (text: string): readonly (readonly string[])[] =>
    text.split('\n').map((line) => line.trim().split(/\s+/))
  const isFour = rows(four).some(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000')
  const isSix = rows(six).some(
    (fields) => /^0{32}$/.test(fields[0] ?? '') && fields[1] === '00' && fields.at(-1) !== 'lo',
  )
  return isFour || isSix
}

/** Says what the host is connected to. */
export function* checkNetwork({ interfaces, hasLoopback, hasDefaultRoute }: NetworkFacts): Iterable<Finding> {
  const subject = 'this host'
  const command = (text: string) => [remedy({ kind: 'command', place: 'root', text })]
  if (!hasLoopback) {
    const seen = 'has no loopback interface that is up, as in a new network namespace'
    const meaning = 'not even a name server on this host can be asked'
    yield finding(networkCheck, 'warning', { subject, seen, meaning, remedies: command('ip link set dev lo up') })
  }
  const [first] = interfaces
  if (first === undefined) {
    const seen = 'has no address but that of loopback'
    const meaning = 'nobody but this host itself can be asked'
    const text = 'ip link set dev <INTERFACE> up && ip address add <ADDRESS>/24 dev <INTERFACE>'
    yield finding(networkCheck, 'warning', { subject, seen, meaning, remedies: command(text) })
  } else if (hasDefaultRoute === false) {
    const seen = `has no default route, only ${escapeText(first.name)} (${first.address})`
    const meaning = 'what is beyond its own networks cannot be reached'
    const text = `ip route add default via <GATEWAY> dev ${shellWord(first.name)}`
    yield finding(networkCheck, 'notice', { subject, seen, meaning, remedies: command(text) })
  } else if (hasLoopback) {
    const way = hasDefaultRoute === undefined ? '' : ', with a default route'
    yield finding(networkCheck, 'ok', { subject, seen: `has ${escapeText(first.name)} (${first.address})${way}` })
  }
}
