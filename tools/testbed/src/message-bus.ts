import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NamespaceHost } from './namespace-host.js'
import type { NamespaceProcess } from './namespace-process.js'

/** The message bus of a host, which the programs of Avahi and its daemon talk over; other hosts do not see it. */
export const BUS = 'DBUS_SYSTEM_BUS_ADDRESS=unix:abstract=pstorage-bus'

/** Starts a message bus on a host, for an avahi-daemon whose programs are to be used. */
export async function messageBusOn(host: NamespaceHost): Promise<NamespaceProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'pstorage-bus-'))
  const file = join(directory, 'bus.conf')
  try {
    await writeFile(file, BUS_CONFIGURATION)
    const bus = host.start('dbus-daemon', `--config-file=${file}`, '--nofork', '--print-address')
    await bus.lines.when(1, (line) => line.startsWith('unix:'))
    return bus
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Runs a program of Avahi on a host whose daemon is on the bus, and gives what it wrote. */
export function runAvahi(host: NamespaceHost, command: string, ...args: readonly string[]): Promise<string> {
  return host.run('env', BUS, command, ...args)
}

/** Starts a program of Avahi on a host whose daemon is on the bus. */
export function startAvahi(host: NamespaceHost, command: string, ...args: readonly string[]): NamespaceProcess {
  return host.start('env', BUS, command, ...args)
}

/** Everybody may do everything, on this host alone. */
const BUS_CONFIGURATION = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:abstract=pstorage-bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`
