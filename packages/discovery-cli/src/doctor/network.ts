import { readdir, readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { escapeText } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  commands,
  type Finding,
  finding,
  safeCommand,
  shellText,
} from '@pstorage/discovery-core/checks'

/** The check of interfaces and routes. */
export const networkCheck: CheckDescription = {
  id: 'network-route',
  checks: 'this host has a network interface with an address, and a route to other networks',
  levels: ['ok', 'notice', 'warning'],
}

/** The network connections of this host or its network namespace. */
export interface NetworkFacts {
  /** Names and addresses of interfaces beside loopback. */
  readonly interfaces: readonly { readonly name: string; readonly address: string }[]
  /** Names of interfaces beside loopback that are down; none where the system does not show them. */
  readonly down: readonly string[]
  /** Set where loopback is up. */
  readonly hasLoopback: boolean
  /** Set where there is a default route; `undefined` where the system does not show routes. */
  readonly hasDefaultRoute: boolean | undefined
}

/** Reads interfaces and routes. */
export async function networkFacts(): Promise<NetworkFacts> {
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.map(({ address, internal }) => ({ name, address, internal })),
  )
  const [four, six] = await Promise.all(
    ['route', 'ipv6_route'].map((file) => readFile(`/proc/net/${file}`, 'utf8').catch(() => undefined)),
  )
  return {
    interfaces: all.filter(({ internal }) => !internal),
    down: await interfacesDown(),
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

const IS_UP = 0x1
const IS_LOOPBACK = 0x8

/** Reads the flags of interfaces: netdevice(7). */
async function interfacesDown(): Promise<readonly string[]> {
  const folder = '/sys/class/net'
  const names = await readdir(folder).catch(() => [])
  const down = await Promise.all(
    names.map(async (name) => {
      const flags = Number(await readFile(join(folder, name, 'flags'), 'utf8').catch(() => IS_UP))
      return (flags & (IS_UP | IS_LOOPBACK)) === 0 ? [name] : []
    }),
  )
  return down.flat()
}

/** Reports the network connections of the host. */
export function* checkNetwork({ interfaces, down, hasLoopback, hasDefaultRoute }: NetworkFacts): Iterable<Finding> {
  const subject = 'this host'
  const starts = commands('root', ...down.map((name) => shellText`ip link set dev ${name} up`))
  if (!hasLoopback) {
    const seen = 'has no loopback interface that is up, as in a new network namespace'
    const meaning = 'not even a name server on this host can be reached'
    const remedies = safeCommand('ip', 'link', 'set', 'dev', 'lo', 'up')
    yield finding(networkCheck, 'warning', { subject, seen, meaning, remedies })
  }
  const [first] = interfaces
  const names = down.map((name) => escapeText(name)).join(', ')
  const areDown = down.length === 0 ? '' : `; ${names} ${down.length === 1 ? 'is' : 'are'} down`
  if (first === undefined) {
    const seen = `has no address but that of loopback${areDown}`
    const remedies = down.length > 0 ? starts : commands('you', 'ip address')
    yield finding(networkCheck, 'warning', { subject, seen, meaning: 'no other host can be reached', remedies })
  } else if (hasDefaultRoute === false) {
    const seen = `has no default route, only ${escapeText(first.name)} (${first.address})${areDown}`
    const meaning = 'what is beyond its own networks cannot be reached'
    const remedies = down.length > 0 ? starts : commands('you', 'ip route')
    yield finding(networkCheck, 'notice', { subject, seen, meaning, remedies })
  } else if (hasLoopback) {
    const route = hasDefaultRoute === undefined ? '' : ', with a default route'
    yield finding(networkCheck, 'ok', { subject, seen: `has ${escapeText(first.name)} (${first.address})${route}` })
  }
}
