import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { AwaitableList } from './awaitable-list.js'

/** Services of an {@link avahiHost}. */
export interface AvahiHostOptions {
  /** Service files: the whole text of each by the name of the file. */
  readonly services: Readonly<Record<string, string>>
  /** Hosts that Avahi answers for beside its own, by name such as `mds1.local`; addresses of IPv4 or IPv6. */
  readonly hosts?: Readonly<Record<string, string>>
}

/** A host of its own, at the other end of a cable, on which a real avahi-daemon runs. */
export interface AvahiHost extends AsyncDisposable {
  /** The interface at this end of the cable. */
  readonly interface: string
  /** The address of Avahi's host. */
  readonly address: string
  /** The log of avahi-daemon so far. */
  readonly log: readonly string[]
  /** Stops avahi-daemon, which says goodbye for its services first, and removes the cable. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts avahi-daemon in a network and a mount namespace of its own, linked to this one by a pair of virtual Ethernet
 * interfaces, and resolves when all its names are established.
 *
 * Nothing of it outlives the daemon: the namespaces go with the process, and the cable with its end in there.
 *
 * @throws Error when this is not root on Linux, or avahi-daemon is not installed or publishes less than it should; the
 * message holds its log.
 */
export async function avahiHost(options: AvahiHostOptions): Promise<AvahiHost> {
  if (process.getuid?.() !== 0) throw new Error('a network namespace can only be made by root on Linux')
  const id = randomBytes(4).toString('hex')
  const cable: Cable = { near: `pz${id}a`, far: `pz${id}b`, subnet: randomSubnet() }
  const directory = await mkdtemp(join(tmpdir(), 'pstorage-avahi-'))
  try {
    await writeConfiguration(directory, options)
    const { services, hosts = {} } = options
    const daemon = await startDaemon(directory, cable, Object.keys({ ...services, ...hosts }).length)
    return {
      interface: cable.near,
      address: farAddress(cable),
      get log() {
        return daemon.log.items
      },
      async [Symbol.asyncDispose]() {
        await daemon.stop()
        await rm(directory, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

/** Two virtual Ethernet interfaces, and the first three octets of the addresses at both ends. */
interface Cable {
  readonly near: string
  readonly far: string
  readonly subnet: string
}

const run = promisify(execFile)
const stopWithin = 5_000

/** One of RFC 2544's test networks (198.18.0.0/15), drawn, so that runs beside each other do not share one. */
function randomSubnet(): string {
  const [high = 0, low = 0] = randomBytes(2)
  return `198.${18 + (high & 1)}.${low}`
}

function farAddress({ subnet }: Cable): string {
  return `${subnet}.2`
}

/** The contents of /etc/avahi, for the daemon alone. */
async function writeConfiguration(directory: string, { services, hosts = {} }: AvahiHostOptions): Promise<void> {
  const config = [
    '[server]',
    'host-name=avahi',
    'use-ipv4=yes',
    'use-ipv6=no',
    'enable-dbus=no',
    'deny-interfaces=lo',
    '[publish]',
    'publish-hinfo=no',
    'publish-workstation=no',
  ]
  const hostLines = Object.entries(hosts).map(([name, address]) => `${address} ${name}`)
  await mkdir(join(directory, 'services'))
  await writeFile(join(directory, 'avahi-daemon.conf'), `${config.join('\n')}\n`)
  await writeFile(join(directory, 'hosts'), `${hostLines.join('\n')}\n`)
  for (const [name, text] of Object.entries(services)) await writeFile(join(directory, 'services', name), text)
}

/** Run in the new namespaces. Waits until it is given its end of the cable; then becomes the daemon. */
const launch = `
  read go &&
  mount -t tmpfs tmpfs /run && mkdir -p /run/avahi-daemon &&
  mount --bind "$1" /etc/avahi &&
  ip address add "$2/24" dev "$3" && ip link set "$3" up &&
  exec avahi-daemon --no-drop-root --no-chroot --no-rlimits
`

/** Resolves when Avahi has established so many services and host names. */
async function startDaemon(directory: string, cable: Cable, names: number) {
  const { near, far, subnet } = cable
  const command = ['--net', '--mount', 'sh', '-c', launch, 'sh', directory, farAddress(cable), far]
  const child = spawn('unshare', command, { stdio: ['pipe', 'pipe', 'pipe'] })
  const log = new AwaitableList<string>()
  for (const output of [child.stdout, child.stderr]) createInterface(output).on('line', (line) => log.add(line))
  const exited = once(child, 'exit')
  exited.then(
    () => log.close(new Error(`avahi-daemon has stopped:\n${log.items.join('\n')}`)),
    (error: Error) => log.close(error),
  )
  const onExit = (): void => void child.kill('SIGKILL')
  process.once('exit', onExit)
  const stop = async (): Promise<void> => {
    process.off('exit', onExit)
    child.kill('SIGTERM')
    const insist = setTimeout(() => child.kill('SIGKILL'), stopWithin)
    await exited.catch(() => undefined)
    clearTimeout(insist)
    // Gone already, unless its other end never came to the daemon.
    await run('ip', ['link', 'delete', near]).catch(() => undefined)
  }

  try {
    await once(child, 'spawn')
    await run('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', far])
    await run('ip', ['link', 'set', far, 'netns', String(child.pid)])
    await run('ip', ['address', 'add', `${subnet}.1/24`, 'dev', near])
    await run('ip', ['link', 'set', near, 'up'])
    child.stdin.end('go\n')
    await log.when(names, (line) => /^(Service|Static host name) .* successfully established\.$/.test(line))
    return { log, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
