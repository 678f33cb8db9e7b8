import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { atExit } from './at-exit.js'
import { NamespaceHost, type NamespacePlug } from './namespace-host.js'
import { type LinkRelay, linkRelay } from './relay/link-relay.js'

/** Hosts by name, each with its plugs: the first one is its `eth0`. */
export type NetworkPlan = Readonly<Record<string, readonly NamespacePlug[]>>

/** Hosts of their own, wired to each other and to nothing else. */
export interface NetworkNamespaces<Host extends string> extends AsyncDisposable {
  readonly hosts: Readonly<Record<Host, NamespaceHost>>
  /** Puts a relay in the place of the bridge of a link, so that what goes through it can be disturbed; by seed. */
  relayLink(link: string, seed: number): Promise<LinkRelay>
}

/**
 * Makes a network namespace for each host, and a bridge for each link, in a namespace that all bridges share.
 *
 * Disposing it kills what still runs there and removes everything; so does the end of this process.
 *
 * @throws Error when this is not root on Linux, or `ip` is not installed.
 */
export async function networkNamespaces<const Plan extends NetworkPlan>(
  plan: Plan,
): Promise<NetworkNamespaces<keyof Plan & string>> {
  if (process.getuid?.() !== 0) throw new Error('a network namespace can only be made by root on Linux')
  const id = randomBytes(3).toString('hex')
  const bridges = `pz${id}`
  const links = [...new Set(Object.values(plan).flatMap((plugs) => plugs.map(({ link }) => link)))]
  const hosts = Object.entries(plan).map(([name, plugs], index) => {
    const wires = plugs.map((plug, place) => ({
      ...plug,
      interface: `eth${place}`,
      bridge: `br${links.indexOf(plug.link)}`,
      port: `p${index}x${place}`,
      // The networks of RFC 2544 for tests between devices.
      address: `198.18.${links.indexOf(plug.link)}.${index + 1}`,
    }))
    return new NamespaceHost({ name, namespace: `${bridges}-${name}`, bridges, wires })
  })
  const namespaces = [bridges, ...hosts.map(({ namespace }) => namespace)]
  const forget = atExit(() => {
    for (const namespace of namespaces) spawnSync('ip', ['netns', 'delete', namespace])
  })
  const relays: LinkRelay[] = []
  const dispose = async (): Promise<void> => {
    forget()
    await Promise.all(relays.map((relay) => relay[Symbol.asyncDispose]()))
    await Promise.all(hosts.map((host) => host.stopAll()))
    for (const namespace of namespaces) await ip('netns', 'delete', namespace).catch(() => undefined)
  }
  try {
    for (const namespace of namespaces) await ip('netns', 'add', namespace)
    for (const [index] of links.entries()) {
      await ip(
        '-n',
        bridges,
        'link',
        'add',
        `br${index}`,
        'type',
        'bridge',
        'mcast_snooping',
        '0',
        'forward_delay',
        '0',
      )
      await ip('-n', bridges, 'link', 'set', `br${index}`, 'up')
    }
    for (const host of hosts) await host.wireUp()
  } catch (error) {
    await dispose()
    throw error
  }
  // Each host of the plan has become one here.
  const byName = Object.fromEntries(hosts.map((host) => [host.name, host])) as Record<
    keyof Plan & string,
    NamespaceHost
  >
  const relayLink = async (link: string, seed: number): Promise<LinkRelay> => {
    const ports = hosts.flatMap((host) => host.portsOn(link))
    for (const port of ports) await ip('-n', bridges, 'link', 'set', port, 'nomaster')
    const relay = await linkRelay(bridges, ports, seed)
    relays.push(relay)
    return relay
  }
  return { hosts: byName, relayLink, [Symbol.asyncDispose]: dispose }
}

const run = promisify(execFile)

async function ip(...args: readonly string[]): Promise<void> {
  await run('ip', args)
}
