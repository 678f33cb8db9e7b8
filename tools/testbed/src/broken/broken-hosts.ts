import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NamespaceHost, NamespacePlug } from '../namespace-host.js'
import { networkNamespaces } from '../network-namespaces.js'
import { pasteLines } from '../remedy/paste.js'
import { networkSnapshot } from '../remedy/snapshot.js'
import type { BrokenPlace, BrokenSetup } from './broken-setup.js'
import { Pile, placeOf } from './pile.js'

interface HostRow extends Pick<BrokenSetup, 'id' | 'about' | 'fault' | 'level' | 'fixedBy' | 'never'> {
  readonly plug?: Omit<NamespacePlug, 'link'>
  readonly broken?: (host: NamespaceHost) => Promise<unknown>
  readonly arguments: readonly string[]
}

const zeroconf = ['--backend', 'zeroconf']

const rows: readonly HostRow[] = [
  {
    id: 'container-without-multicast',
    about: 'the interface of a container has no MULTICAST flag',
    fault: 'zeroconf-interface',
    level: 'error',
    fixedBy: 'as root, run',
    plug: { multicast: false },
    arguments: zeroconf,
  },
  {
    id: 'container-interface-down',
    about: 'the interface of a container is down',
    fault: 'network-route',
    never: /ip route add/,
    fixedBy: 'as root, run',
    broken: (host) => host.run('ip', 'link', 'set', 'dev', 'eth0', 'down'),
    arguments: zeroconf,
  },
  {
    id: 'container-without-address',
    about: 'the interface of a container has no address',
    fault: 'zeroconf-interface',
    level: 'error',
    plug: { ipv4: false },
    arguments: zeroconf,
  },
  {
    id: 'container-without-loopback',
    about: 'loopback is down, as in a new network namespace',
    fault: 'network-route',
    fixedBy: 'as root, run',
    broken: (host) => host.run('ip', 'link', 'set', 'dev', 'lo', 'down'),
    arguments: ['--backend', 'dns', '--server', '127.0.0.1:5300', '--domain', 'pstorage.test', '--timeout', '1'],
  },
  {
    id: 'container-without-route',
    about: 'a network namespace has no route to other networks',
    fault: 'network-route',
    level: 'notice',
    arguments: ['--backend', 'dns', '--server', '192.0.2.53', '--domain', 'pstorage.test', '--timeout', '1'],
  },
  {
    id: 'container-firewall',
    about: 'a firewall drops multicast DNS',
    fault: 'zeroconf-loopback',
    level: 'error',
    fixedBy: 'as root, run (nft)',
    async broken(host) {
      await host.run('nft', 'add', 'table', 'inet', 'filter')
      await host.run('nft', 'add chain inet filter input { type filter hook input priority 0; policy accept; }')
      await host.run('nft', 'add', 'rule', 'inet', 'filter', 'input', 'udp', 'dport', '5353', 'drop')
    },
    arguments: zeroconf,
  },
]

/** Hosts of their own with a fault: network namespaces. */
export const brokenHosts: readonly BrokenSetup[] = [
  ...rows.map((row) => ({
    id: row.id,
    about: row.about,
    fault: row.fault,
    ...(row.level !== undefined && { level: row.level }),
    ...(row.fixedBy !== undefined && { fixedBy: row.fixedBy }),
    ...(row.never !== undefined && { never: row.never }),
    start: () => startHost(row),
  })),
  {
    id: 'container-dead-server',
    about: 'one of two name servers of resolv.conf is not there',
    fault: 'dns-server-answers',
    fixedBy: 'in /etc/resolv.conf',
    start: () => startResolvConf('nameserver 127.0.0.7\nnameserver 127.0.0.1\nsearch pstorage.test\n'),
  },
  {
    id: 'container-two-of-three-domains',
    about: 'two of three search domains are refused by the only name server',
    fault: 'dns-server-zone',
    never: /^nameserver/m,
    start: () => startResolvConf('nameserver 127.0.0.1\nsearch one.test two.test pstorage.test\n'),
  },
  {
    id: 'container-tcp-filtered',
    about: 'a firewall drops TCP to the name server',
    fault: 'dns-server-tcp',
    never: /nft (?:insert|add)|iptables -[IA]/,
    start: () => startResolvConf('nameserver 127.0.0.1\nsearch pstorage.test\n', dropTcp),
  },
]

async function dropTcp(host: NamespaceHost): Promise<void> {
  await host.run('nft', 'add', 'table', 'inet', 'filter')
  await host.run('nft', 'add chain inet filter input { type filter hook input priority 0; policy accept; }')
  await host.run('nft', 'add', 'rule', 'inet', 'filter', 'input', 'tcp', 'dport', '53', 'drop')
}

async function startHost({ plug, broken, arguments: given }: HostRow): Promise<BrokenPlace> {
  const pile = new Pile()
  const { hosts } = pile.add(await networkNamespaces({ container: [{ link: 'lan', ...plug }] }))
  const host = hosts.container
  await broken?.(host)
  return placeOf(pile, {
    arguments: given,
    host,
    async applyRemedy({ text }, shell) {
      await host.run(shell, '-ec', text.join('\n'))
    },
    snapshot: () => networkSnapshot(host),
  })
}

/** A name server on port 53 of its loopback, and a resolv.conf. */
async function startResolvConf(text: string, broken?: (host: NamespaceHost) => Promise<void>): Promise<BrokenPlace> {
  const pile = new Pile()
  const { hosts } = pile.add(await networkNamespaces({ container: [{ link: 'lan' }] }))
  const host = hosts.container
  // What stands in there takes the place of the files of /etc: ip-netns(8).
  const folder = join('/etc/netns', host.namespace)
  await mkdir(folder, { recursive: true })
  pile.defer(() => rm(folder, { recursive: true }))
  const file = join(folder, 'resolv.conf')
  await writeFile(file, text)
  const server = host.startModule(`
    import { manPageServer } from '@pstorage/testbed'
    await manPageServer({ port: 53 })
    console.log('ready')
  `)
  await server.lines.when(1, (line) => line === 'ready')
  await broken?.(host)
  return placeOf(pile, {
    arguments: ['--backend', 'dns', '--timeout', '2'],
    host,
    async applyRemedy(remedy) {
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
      await writeFile(file, `${pasteLines(lines, remedy).join('\n')}\n`)
    },
  })
}
