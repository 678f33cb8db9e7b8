import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { NamespaceHost } from '../namespace-host.js'
import type { PrintedRemedy } from './printed-remedy.js'
import { splitCommands } from './split-commands.js'

/** The parts of a set-up: a value for each file, set of records, or network setting. */
export type Snapshot = ReadonlyMap<string, string>

/** Reads the files below a folder: their modes, and their contents or targets. Names are absolute paths. */
export async function fileSnapshot(folder: string): Promise<Snapshot> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const rows = entries.map(async (entry) => {
    const path = join(folder, relative(folder, entry.parentPath), entry.name)
    const { mode } = await lstat(path)
    const contents = entry.isSymbolicLink()
      ? await readlink(path)
      : entry.isFile()
        ? await readFile(path, 'latin1')
        : ''
    return [path, `${mode.toString(8)} ${contents}`] as const
  })
  return new Map(await Promise.all(rows))
}

/** Sorts the records of a zone by their owner and type; comments do not count. */
export function zoneSnapshot(lines: readonly string[]): Snapshot {
  const sets = new Map<string, string>()
  for (const line of lines) {
    const [, owner, type] = /^(\S+) (?:\d+ )?IN (\S+) /.exec(line) ?? []
    if (owner === undefined || type === undefined) continue
    const key = `${owner.toLowerCase()} ${type}`
    sets.set(key, [...(sets.get(key)?.split('\n') ?? []), line].toSorted().join('\n'))
  }
  return sets
}

/** Reads the interfaces, the addresses, the routes and the firewall of a host. Names end in the interface, or in `nft`. */
export async function networkSnapshot(host: NamespaceHost): Promise<Snapshot> {
  const read = async (...argv: readonly [string, ...string[]]): Promise<readonly string[]> =>
    (await host.run(...argv)).split('\n').filter((line) => line.trim() !== '')
  const links = await read('ip', '-o', 'link')
  const addresses = await read('ip', '-o', 'address')
  const routes = await read('ip', 'route', 'show', 'table', 'all')
  const interfaceOf = (line: string): string =>
    /^\d+: ([^\s:@]+)/.exec(line)?.[1] ?? /\bdev (\S+)/.exec(line)?.[1] ?? ''
  const rows = [...links, ...addresses, ...routes].map((line) => [`${line} ${interfaceOf(line)}`, ''] as const)
  return new Map([...rows, ['nft', (await read('nft', 'list', 'ruleset')).join('\n')]])
}

/**
 * Says what a remedy has changed beside what it names, and which contents of a file are lost after a command; empty
 * where it has done as it says.
 */
export function unexpectedChanges(before: Snapshot, after: Snapshot, remedy: PrintedRemedy): readonly string[] {
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key))
  const words = namedBy(remedy)
  const faults = changed.filter((key) => !words.some((word) => isPartOf(key, word))).map((key) => `changes ${key}`)
  if (!isCommand(remedy)) return faults
  const kept = new Set([...after.values()].map(contentsOf))
  const lost = [...before].filter(([key, value]) => key.startsWith('/') && !kept.has(contentsOf(value)))
  return [...faults, ...lost.map(([key]) => `loses what was in ${key}`)]
}

/** A file is part of its folder, and the old one, with a date, of the file; a network setting is part of its interface. */
function isPartOf(key: string, word: string): boolean {
  return key === word || key.startsWith(`${word}/`) || key.startsWith(`${word}.`) || key.endsWith(` ${word}`)
}

function namedBy(remedy: PrintedRemedy): readonly string[] {
  const { where, replaces, text } = remedy
  if (isCommand(remedy)) {
    return splitCommands(text.join('\n'))
      .flat()
      .map((word) => word.replace(/\.\$\(date \+%F\)$/, ''))
      .filter((word) => word !== '')
  }
  if (where.startsWith('in the zone ')) return [...zoneSnapshot([...replaces, ...text]).keys()]
  const [, path = ''] = /^(?:in|as the contents of) (\/\S+)/.exec(where) ?? []
  return [path]
}

function isCommand({ where }: PrintedRemedy): boolean {
  return /^as .*, run/.test(where)
}

function contentsOf(value: string): string {
  return value.slice(value.indexOf(' ') + 1)
}
