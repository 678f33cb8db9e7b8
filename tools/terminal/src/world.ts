import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageBusOn, type NetworkNamespaces, networkNamespaces, startAvahi } from '@pstorage/testbed'
import { installCommand } from './install-command.js'

/** Hosts with terminals, wired to each other and to nothing else; but `workstation`, which is this machine. */
export interface World extends AsyncDisposable {
  /** The command that starts a shell on a host. */
  readonly shellOn: (host: string) => readonly string[]
}

/**
 * Makes a network of two hosts. `node1` has a name server for pstorage.test, an Avahi, and metadata servers that accept
 * connections; `node2` has nothing.
 */
export const makeWorld = async (): Promise<World> => {
  const folder = mkdtempSync(join(tmpdir(), 'terminal-'))
  const home = join(folder, 'home')
  mkdirSync(home)
  const prefix = join(folder, 'prefix')
  await installCommand(prefix, home)
  const network = await networkNamespaces({ node1: [{ link: 'lan' }], node2: [{ link: 'lan' }] })
  await serve(network, folder)
  // What is installed in a terminal is kept off this machine, and used instead of what was installed before.
  const typed = join(folder, 'typed')
  const path = `PATH=${typed}/bin:${prefix}/bin:${process.env.PATH}:/usr/sbin`
  const shell = ['env', path, 'LANG=C.UTF-8', 'TERM=screen']
  const npm = [`npm_config_userconfig=${join(homedir(), '.npmrc')}`, `npm_config_prefix=${typed}`]
  const settings = [...npm, 'npm_config_fund=false', 'PS1=$ ', BUS]
  const bash = [...shell, ...settings, 'bash', '--norc', '--noprofile', '-i']
  return {
    shellOn: (host) => {
      const inHome = ['sh', '-c', ENTER, 'sh', home, join(folder, `${host}.conf`), host, ...bash]
      if (host === 'workstation') return ['sh', '-c', `cd ${home} && HOME=${home} exec "$@"`, 'sh', ...bash]
      const { namespace } = network.hosts[host as 'node1' | 'node2']
      return ['ip', 'netns', 'exec', namespace, 'unshare', '--mount', '--uts', ...inHome]
    },
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Becomes the shell of a host: with its home, its resolv.conf and its name. */
const ENTER = `mount --bind "$1" /srv && cd /srv && mount --bind "$2" /etc/resolv.conf && hostname "$3" && shift 3 && HOME=/srv exec "$@"`

const BUS = 'DBUS_SYSTEM_BUS_ADDRESS=unix:abstract=pstorage-bus'

const serve = async ({ hosts }: NetworkNamespaces<'node1' | 'node2'>, folder: string): Promise<void> => {
  writeFileSync(join(folder, 'node1.conf'), 'nameserver 127.0.0.1\nsearch pstorage.test\n')
  writeFileSync(join(folder, 'node2.conf'), 'nameserver 198.18.0.1\nsearch pstorage.test\n')
  writeFileSync(join(folder, 'pstorage.test'), ZONE)
  writeFileSync(join(folder, 'named.conf'), namedConfiguration(folder))
  writeFileSync(join(folder, 'avahi.conf'), '[server]\nhost-name=node1\nuse-ipv6=no\nallow-interfaces=eth0\n')
  const { node1 } = hosts
  for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
    await node1.run('ip', 'address', 'add', `${address}/32`, 'dev', 'lo')
  }
  const mds = node1.startModule(`
    import { createServer } from 'node:net'
    createServer((socket) => socket.end()).listen(2510, '0.0.0.0', () => console.log('listening'))`)
  const named = node1.start('named', '-g', '-c', join(folder, 'named.conf'), '-n', '1')
  await messageBusOn(node1)
  const avahi = startAvahi(node1, 'avahi-daemon', '-f', join(folder, 'avahi.conf'), '--no-drop-root', '--no-rlimits')
  await mds.lines.when(1, (line) => line === 'listening')
  await named.lines.when(1, (line) => line.endsWith(' running'))
  await avahi.lines.when(1, (line) => line.includes('Server startup complete'))
}

const ZONE = `$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 300
@ NS ns
ns A 198.18.0.1
pstorage_clusters TXT "my-cluster,archive"
_pstorage._tcp.my-cluster SRV 0 1 2510 mds1
_pstorage._tcp.my-cluster SRV 0 1 2510 mds2
_pstorage._tcp.my-cluster SRV 10 1 2510 mds3
mds1 A 192.0.2.1
mds2 A 192.0.2.2
mds3 A 192.0.2.3
`

const namedConfiguration = (folder: string): string => `
options {
  directory "${folder}"; managed-keys-directory "${folder}";
  pid-file "${folder}/named.pid"; session-keyfile "${folder}/session.key"; lock-file none;
  listen-on port 53 { 127.0.0.1; 198.18.0.1; }; listen-on-v6 { none; };
  recursion no; notify no; empty-zones-enable no; dnssec-validation no; allow-transfer { 127.0.0.1; };
};
controls { };
zone "pstorage.test" { type primary; file "pstorage.test"; allow-update { 127.0.0.1; 198.18.0.1; }; };
`
