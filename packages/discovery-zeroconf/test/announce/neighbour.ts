import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A host at the other end of a cable, with a real avahi-daemon and a message bus of its own. */
export interface Neighbour extends AsyncDisposable {
  /** The interface at this end of the cable. */
  readonly interface: string
  /** The IPv4 address at this end. */
  readonly ownAddress: string
  /** Runs a command over there, and gives what it printed. */
  run(command: string, ...argv: string[]): Promise<string>
  /** Has Avahi publish a service. */
  publish(name: string, port: number): Promise<void>
  /** Resolves when avahi-daemon has logged such a line. */
  logged(line: RegExp): Promise<void>
}

/** Makes a neighbour, and resolves when its avahi-daemon is ready. Needs root, and avahi-daemon, dbus-daemon and iproute2. */
export async function neighbour(): Promise<Neighbour> {
  const id = randomBytes(3).toString('hex')
  const [near, far] = [`pa${id}a`, `pa${id}b`]
  const [high = 0, low = 0] = randomBytes(2)
  const subnet = `198.${18 + (high & 1)}.${low}`
  const directory = await mkdtemp(join(tmpdir(), 'pstorage-neighbour-'))
  await mkdir(join(directory, 'avahi/services'), { recursive: true })
  await writeFile(join(directory, 'avahi/avahi-daemon.conf'), CONFIGURATION)
  await writeFile(join(directory, 'bus.conf'), busConfiguration(directory))
  const child = spawn('unshare', [...NAMESPACES, 'sh', '-c', LAUNCH, 'sh', directory, `${subnet}.2`, far], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const log: string[] = []
  for (const output of [child.stdout, child.stderr]) createInterface(output).on('line', (line) => log.push(line))
  const end = async (): Promise<void> => {
    process.off('exit', kill)
    kill()
    await exited
    await run('ip', ['link', 'delete', near]).catch(() => undefined)
    await rm(directory, { recursive: true, force: true })
  }
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)

  const logged = async (line: RegExp): Promise<void> => {
    const deadline = performance.now() + LOG_TIME
    while (!log.some((one) => line.test(one))) {
      if (performance.now() > deadline || child.exitCode !== null) {
        throw new Error(`avahi-daemon has not logged ${line}:\n${log.join('\n')}`)
      }
      await sleep(20)
    }
  }

  try {
    await once(child, 'spawn')
    await run('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', far])
    await run('ip', ['link', 'set', far, 'netns', String(child.pid)])
    await run('ip', ['address', 'add', `${subnet}.1/24`, 'dev', near])
    await run('ip', ['link', 'set', near, 'up'])
    child.stdin.end('go\n')
    await logged(/Server startup complete/)
  } catch (error) {
    await end()
    throw error
  }
  return {
    interface: near,
    ownAddress: `${subnet}.1`,
    async run(command, ...argv) {
      const bus = `DBUS_SYSTEM_BUS_ADDRESS=unix:path=${directory}/bus`
      const there = ['--net', '--mount', '--target', String(child.pid), 'env', bus, command, ...argv]
      const { stdout } = await run('nsenter', there, { timeout: 20_000 })
      return stdout
    },
    publish: (name, port) => writeFile(join(directory, 'avahi/services/mds.service'), serviceFile(name, port)),
    logged,
    [Symbol.asyncDispose]: end,
  }
}

const LOG_TIME = 20_000
const NAMESPACES = ['--net', '--mount', '--pid', '--fork', '--kill-child=SIGKILL']

/** Run in the new namespaces. Waits until it is given its end of the cable; all of it ends with the daemon. */
const LAUNCH = `
  read go &&
  mount -t tmpfs tmpfs /run && mkdir -p /run/avahi-daemon /run/dbus &&
  mount --bind "$1/avahi" /etc/avahi &&
  ip link set lo up && ip address add "$2/24" dev "$3" && ip link set "$3" up &&
  export DBUS_SYSTEM_BUS_ADDRESS="unix:path=$1/bus" &&
  dbus-daemon --config-file="$1/bus.conf" --fork &&
  exec avahi-daemon --no-drop-root --no-chroot --no-rlimits
`

const CONFIGURATION = `[server]
host-name=neighbour
use-ipv4=yes
use-ipv6=yes
deny-interfaces=lo
[publish]
publish-hinfo=no
publish-workstation=no
`

/** A bus on which everybody may do everything, for this neighbour alone. */
function busConfiguration(directory: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${directory}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`
}

function serviceFile(name: string, port: number): string {
  return `<?xml version="1.0" standalone="no"?>
<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group>
  <name>${name}</name>
  <service>
    <type>_pstorage._tcp</type>
    <port>${port}</port>
    <txt-record>txtvers=1</txt-record>
    <txt-record>cluster=alpha</txt-record>
  </service>
</service-group>
`
}
