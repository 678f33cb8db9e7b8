import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnnouncedMds } from './announced-mds.js'
import type { NamespaceHost } from './namespace-host.js'
import type { NamespaceProcess } from './namespace-process.js'

/**
 * The folder to which the Debian package systemd-resolved is unpacked: installing it would make it the resolver of this machine.
 *
 *     apt-get download systemd-resolved libsystemd-shared
 *     for file in *.deb; do dpkg-deb -x "$file" /opt/systemd-resolved; done
 */
const UNPACKED = '/opt/systemd-resolved'

/**
 * Starts a real systemd-resolved on a host, without systemd and without a message bus, with multicast DNS on `eth0`, and
 * resolves when it has the names of all that it is to announce. Its stub answers at 127.0.0.53.
 *
 * @param dns the address of the name server that it asks; default: none
 */
export async function resolvedOn(
  host: NamespaceHost,
  mds: readonly AnnouncedMds[] = [],
  dns = '',
): Promise<NamespaceProcess> {
  const libraries = await unpackedLibraries()
  const directory = await mkdtemp(join(tmpdir(), 'pstorage-resolved-'))
  try {
    await mkdir(join(directory, 'dnssd'))
    const settings = ['MulticastDNS=yes', 'LLMNR=no', `DNS=${dns}`, 'FallbackDNS=', 'ReadEtcHosts=no']
    await writeFile(join(directory, 'resolved.conf'), `[Resolve]\n${settings.join('\n')}\n`)
    for (const [index, { instance, cluster, port = 2510 }] of mds.entries()) {
      const text = cluster === undefined ? [] : [`TxtText=cluster=${cluster}`]
      const lines = ['[Service]', `Name=${instance}`, 'Type=_pstorage._tcp', `Port=${port}`, ...text]
      await writeFile(join(directory, 'dnssd', `${index}.dnssd`), `${lines.join('\n')}\n`)
    }
    const running = host.start('unshare', '--uts', 'sh', '-c', LAUNCH, 'sh', directory, host.name, UNPACKED, libraries)
    await running.lines.when(1, (line) => line.startsWith('New scope on link eth0, protocol mdns'))
    // It has asked three times whether a host has the name.
    const probed = /^Regular transaction \d+ for <.*_pstorage.*> on scope mdns on eth0\/INET now complete/
    await running.lines.when(mds.length, (line) => probed.test(line))
    return running
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function unpackedLibraries(): Promise<string> {
  try {
    await access(join(UNPACKED, 'lib/systemd/systemd-resolved'))
    const [triplet = ''] = await readdir(join(UNPACKED, 'usr/lib')).then((names) =>
      names.filter((name) => name.includes('linux')),
    )
    return join(UNPACKED, 'usr/lib', triplet, 'systemd')
  } catch (error) {
    const message = `systemd-resolved is not at ${UNPACKED}; unpack its package and libsystemd-shared there by dpkg-deb -x`
    throw new Error(message, { cause: error })
  }
}

/** Writes the file in which systemd-networkd would describe an interface; the user exists in this namespace alone. */
const LAUNCH = `
  mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/resolve /run/systemd/netif/links /run/etc && cp -r "$1/." /run/etc &&
  cp /etc/passwd /etc/group /run && echo 'systemd-resolve:x:990:990::/:/bin/false' >> /run/passwd &&
  echo 'systemd-resolve:x:990:' >> /run/group && chown -R 990:990 /run/systemd/resolve &&
  mount --bind /run/passwd /etc/passwd && mount --bind /run/group /etc/group &&
  mkdir -p /etc/systemd && mount --bind /run/etc /etc/systemd &&
  printf 'ADMIN_STATE=configured\\nOPER_STATE=routable\\nMDNS=yes\\n' > "/run/systemd/netif/links/$(cat /sys/class/net/eth0/ifindex)" &&
  hostname "$2" &&
  export LD_LIBRARY_PATH="$4" SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console &&
  exec "$3/lib/systemd/systemd-resolved"
`
