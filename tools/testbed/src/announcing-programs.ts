import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnnouncedMds } from './announced-mds.js'
import { findProgram } from './find-program.js'
import { BUS } from './message-bus.js'
import type { MulticastService } from './multicast-service.js'
import type { NamespaceHost } from './namespace-host.js'
import type { NamespaceProcess } from './namespace-process.js'

/** Options of Avahi on a host of its own. */
export interface AvahiOnHostOptions {
  readonly mds?: readonly AnnouncedMds[]
  /** Lines of the section `[server]` of its configuration, such as `disallow-other-stacks=yes`. */
  readonly server?: readonly string[]
  /** Uses IPv6 instead of IPv4; default false. */
  readonly ipv6?: boolean
  /** Talks to its programs over the message bus of the host, which has to run; default false. */
  readonly bus?: boolean
  /** Lists each instance under the subtype of its cluster too; default false. */
  readonly subtypes?: boolean
  /** Called as soon as the program runs, long before it has announced anything. */
  readonly onStart?: (running: NamespaceProcess) => void
}

/** Starts a real avahi-daemon on a host, and resolves when all that it is to announce is established. */
export async function avahiOn(host: NamespaceHost, options: AvahiOnHostOptions = {}): Promise<NamespaceProcess> {
  await findProgram({ name: 'avahi-daemon', debianPackage: 'avahi-daemon' })
  const { mds = [], server = [], ipv6 = false, bus = false, subtypes = false } = options
  const directory = await mkdtemp(join(tmpdir(), 'pstorage-avahi-'))
  const config = [
    '[server]',
    `host-name=${host.name}`,
    `use-ipv4=${ipv6 ? 'no' : 'yes'}`,
    `use-ipv6=${ipv6 ? 'yes' : 'no'}`,
    `enable-dbus=${bus ? 'yes' : 'no'}`,
    'deny-interfaces=lo',
    ...server,
    '[publish]',
    'publish-hinfo=no',
    'publish-workstation=no',
  ]
  await mkdir(join(directory, 'services'))
  await writeFile(join(directory, 'avahi-daemon.conf'), `${config.join('\n')}\n`)
  for (const [index, service] of mds.entries()) {
    await writeFile(join(directory, 'services', `${index}.service`), serviceFile(service, subtypes))
  }
  const running = host.start('env', BUS, 'sh', '-c', avahiCommand, 'sh', directory)
  options.onStart?.(running)
  try {
    await running.lines.when(mds.length, (line) => /^Service .* successfully established\.$/.test(line))
    await running.lines.when(1, (line) => line.includes('Server startup complete'))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
  return running
}

/** Starts python-zeroconf on a host, and resolves when it has announced everything. */
export async function pythonZeroconfOn(
  host: NamespaceHost,
  mds: readonly AnnouncedMds[],
  { ipv6 = false }: { readonly ipv6?: boolean } = {},
): Promise<NamespaceProcess> {
  await host.run(PYTHON, '-c', 'import zeroconf').catch((error: unknown) => {
    throw new Error('python-zeroconf is not installed; install python3-zeroconf', { cause: error })
  })
  const services = mds.map((service) => ({ addresses: [host.address()], port: 2510, ttl: 120, ...service }))
  const running = host.start(PYTHON, '-u', '-c', pythonProgram, JSON.stringify({ host: host.name, ipv6, services }))
  await running.lines.when(1, (line) => line === 'ready')
  return running
}

/** Starts bonjour-service on a host, and resolves when it has announced everything. */
export async function bonjourServiceOn(host: NamespaceHost, mds: readonly AnnouncedMds[]): Promise<NamespaceProcess> {
  const code =
    "import { announceByBonjour } from '@pstorage/testbed'; await announceByBonjour(JSON.parse(process.argv[1]))"
  const running = host.startModule(code, JSON.stringify({ host: host.name, interface: host.address(), mds }))
  await running.lines.when(1, (line) => line === 'ready')
  return running
}

/** Starts a multicast host of this testbed on a host, and resolves when it answers. */
export async function multicastHostOn(
  host: NamespaceHost,
  services: readonly MulticastService[],
): Promise<NamespaceProcess> {
  const code = `import { multicastHost } from '@pstorage/testbed'
    const host = await multicastHost({ port: 5353, ...JSON.parse(process.argv[1]) })
    await host.announce()
    console.log('ready')
    const stop = async () => { await host.goodbye(); await host[Symbol.asyncDispose](); process.exit() }
    process.stdin.on('end', stop).resume()
    process.on('SIGTERM', () => undefined)`
  const running = host.startModule(code, JSON.stringify({ interface: host.address(), services }))
  await running.lines.when(1, (line) => line === 'ready')
  return running
}

/** The mounts are those of this process alone: `ip netns exec` gives it a mount namespace of its own. */
const avahiCommand = `
  mount -t tmpfs tmpfs /run && mkdir -p /run/avahi-daemon &&
  mkdir /run/etc && cp -r "$1/." /run/etc && mount --bind /run/etc /etc/avahi &&
  exec avahi-daemon --no-drop-root --no-chroot --no-rlimits
`

function serviceFile({ instance, cluster, port = 2510 }: AnnouncedMds, subtypes: boolean): string {
  const subtype = subtypes ? `<subtype>_${cluster ?? instance}._sub._pstorage._tcp</subtype>` : ''
  const text = cluster === undefined ? '' : `<txt-record>cluster=${cluster}</txt-record>`
  const service = `<service><type>_pstorage._tcp</type>${subtype}<port>${port}</port>${text}</service>`
  return `<?xml version="1.0" standalone="no"?>
<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group><name>${instance}</name>${service}</service-group>
`
}

/** Debian's own, where another one may come first on PATH. */
export const PYTHON = '/usr/bin/python3'

const pythonProgram = `
import json, sys
from zeroconf import IPVersion, ServiceInfo, Zeroconf
plan = json.loads(sys.argv[1])
zeroconf = Zeroconf(ip_version=IPVersion.V6Only if plan['ipv6'] else IPVersion.V4Only)
for service in plan['services']:
    properties = {'cluster': service['cluster']} if 'cluster' in service else {}
    zeroconf.register_service(ServiceInfo(
        '_pstorage._tcp.local.', service['instance'] + '._pstorage._tcp.local.',
        port=service['port'], properties=properties, server=plan['host'] + '.local.',
        parsed_addresses=service['addresses'], host_ttl=service['ttl'], other_ttl=service['ttl']))
print('ready')
import signal
signal.signal(signal.SIGTERM, lambda *_: None)
sys.stdin.read()
zeroconf.unregister_all_services()
zeroconf.close()
`
