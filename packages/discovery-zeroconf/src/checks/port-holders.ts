import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { escapeText } from '@pstorage/discovery-core'

/** A program that has a port open. */
export interface PortHolder {
  readonly pid: number
  /** What the system calls it; escaped. */
  readonly name: string
}

/** Who has a UDP port open, as far as this user may see. */
export interface PortHolders {
  readonly holders: readonly PortHolder[]
  /** How many sockets there are whose owner cannot be seen: of other users, or of other containers. */
  readonly hidden: number
  /** Whether the system tells at all. */
  readonly isTold: boolean
}

const OWN = 'self'

/** Looks who has a UDP port open in this network namespace, this process aside. Only Linux tells. */
export async function portHolders(port: number, proc = '/proc'): Promise<PortHolders> {
  const tables = await Promise.all(['udp', 'udp6'].map((name) => readText(join(proc, 'net', name))))
  if (tables.every((table) => table === undefined)) return { holders: [], hidden: 0, isTold: false }
  const sockets = new Set(tables.flatMap((table) => socketsOn(table ?? '', port)))
  const own = new Set(await socketsOf(join(proc, OWN)))
  for (const socket of own) sockets.delete(socket)
  if (sockets.size === 0) return { holders: [], hidden: 0, isTold: true }
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
  return { holders, hidden: sockets.size - seen.size, isTold: true }
}

/** The inodes of the sockets on a port, out of the text of /proc/net/udp: proc(5). */
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
