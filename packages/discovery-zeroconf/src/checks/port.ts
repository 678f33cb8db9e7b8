import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { escapeText } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  commands,
  type Finding,
  finding,
  type Remedy,
  shellText,
} from '@pstorage/discovery-core/checks'

/** Checks that the port of multicast DNS can be shared. */
export const portCheck: CheckDescription = {
  id: 'zeroconf-port',
  checks: 'the port of multicast DNS can be shared with the programs that have it open',
  levels: ['ok', 'notice', 'warning'],
}

/**
 * Reports the programs that have the port open.
 *
 * @param refusal the error with which the port could not be opened
 */
export function* checkPort(
  port: number,
  { holders, hidden, isSupported }: PortHolders,
  refusal: string | undefined,
): Iterable<Finding> {
  const subject = `UDP port ${port}`
  const names = holders.map(({ name, pid }) => `${name} (process ${pid})`)
  if (hidden > 0) names.push(`${hidden} socket${hidden === 1 ? '' : 's'} of hidden processes`)
  const holder = names.length > 0 ? names.join(', ') : isSupported ? 'no visible program' : 'another program'
  if (refusal !== undefined) {
    yield finding(portCheck, 'warning', {
      subject,
      seen: `cannot be shared (${refusal}): ${holder} has it open`,
      meaning: 'only answers to our own questions arrive, and nothing can be announced from here',
      remedies: remediesOf(holders),
    })
  } else if (!isSupported) {
    const seen = 'can be opened; this system does not list the programs that have it open'
    yield finding(portCheck, 'notice', {
      subject,
      seen,
      meaning: 'others may answer from this host as well',
      checked: false,
    })
  } else {
    const seen = names.length === 0 ? 'can be opened, and no other program has it open' : `is shared with ${holder}`
    yield finding(portCheck, 'ok', { subject, seen })
  }
}

function remediesOf(holders: PortHolders['holders']): readonly Remedy[] {
  return holders.flatMap(({ name, pid }) => {
    if (name !== 'avahi-daemon') {
      return [...commands('you', shellText`ps -f -p ${pid}`), ...commands('root', shellText`kill ${pid}`)]
    }
    const file = '/etc/avahi/avahi-daemon.conf'
    // The file as it was stays beside it.
    const edit = `sed -i.$(date +%F) 's/^disallow-other-stacks=yes/disallow-other-stacks=no/' ${file}`
    return commands('root', `${edit} && systemctl restart avahi-daemon`)
  })
}

/** A program that has a port open. */
interface PortHolder {
  readonly pid: number
  /** Its name in the process table, escaped. */
  readonly name: string
}

/** The programs that have a UDP port open, as far as this user may see. */
interface PortHolders {
  readonly holders: readonly PortHolder[]
  /** The number of sockets whose owner is hidden: of other users, or of other containers. */
  readonly hidden: number
  /** True where the system lists sockets. */
  readonly isSupported: boolean
}

const OWN = 'self'

/**
 * Lists the programs that have a UDP port open in this network namespace, without this process. Only Linux has the
 * list.
 */
export async function portHolders(port: number, proc = '/proc'): Promise<PortHolders> {
  const tables = await Promise.all(['udp', 'udp6'].map((name) => readText(join(proc, 'net', name))))
  if (tables.every((table) => table === undefined)) return { holders: [], hidden: 0, isSupported: false }
  const sockets = new Set(tables.flatMap((table) => socketsOn(table ?? '', port)))
  const own = new Set(await socketsOf(join(proc, OWN)))
  for (const socket of own) sockets.delete(socket)
  if (sockets.size === 0) return { holders: [], hidden: 0, isSupported: true }
  const holders: PortHolder[] = []
  const seen = new Set<string>()
  for (const entry of await readdir(proc).catch(() => [])) {
    if (!/^\d+$/.test(entry)) continue
    const held = (await socketsOf(join(proc, entry))).filter((socket) => sockets.has(socket))
    if (held.length === 0) continue
    for (const socket of held) seen.add(socket)
    const name = (await readText(join(proc, entry, 'comm')))?.trim() ?? 'unknown'
    holders.push({ pid: Number(entry), name: escapeText(name) })
  }
  return { holders, hidden: sockets.size - seen.size, isSupported: true }
}

/** Returns the inodes of the sockets on a port, from the text of /proc/net/udp: proc(5). */
export function socketsOn(table: string, port: number): readonly string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , , , , , , , inode = ''] = line.trim().split(/\s+/)
      return local.endsWith(`:${wanted}`) && inode !== '0' && inode !== '' ? [inode] : []
    })
}

async function socketsOf(process: string): Promise<readonly string[]> {
  const folder = join(process, 'fd')
  const descriptors = await readdir(folder).catch(() => [])
  const links = await Promise.all(descriptors.map((each) => readlink(join(folder, each)).catch(() => '')))
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
}

function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
