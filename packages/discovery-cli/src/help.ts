import { readFile } from 'node:fs/promises'
import { commandTable } from './command.js'
import { type OptionSpec, optionTable } from './option-table.js'

const examples = `
Examples:
  pstorage-discovery discover                       the names of all clusters around here
  pstorage-discovery resolve my-cluster             its addresses, best first
  pstorage-discovery resolve my-cluster --json      with who said what, for programs
  pstorage-discovery resolve my-cluster --backend dns --server 192.0.2.1 --domain example.org
  pstorage-discovery resolve my-cluster -b 192.0.2.3 -b 192.0.2.4:2511
  pstorage-discovery resolve my-cluster --wait 120 --min-endpoints 3
  pstorage-discovery announce my-cluster            make this host visible to zeroconf
  pstorage-discovery announce my-cluster -a 192.0.2.3 -a 192.0.2.4:2511 --interface eth0
`

const ending = `
CLUSTER may be written pstorage://NAME, vstorage://NAME or [IP[:PORT][,IP[:PORT]]...:/]NAME[:PASSWORD]; its addresses
count as -b then, and the password is not kept. Without --backend these are asked: DNS (TXT, SRV and zone transfers),
bootstrap lists (bs.list), and zeroconf (multicast DNS).

Exit codes:
  0    found; also when the reader of the output has closed the pipe
  1    absent: everybody could be asked, and there is no such cluster
  2    wrong usage
  3    undetermined: somebody could not be asked or did not answer; never take it for "absent";
       resolve: found, but fewer than --min-endpoints;
       announce: there is no interface to announce on
  4    known: the cluster exists, but nobody has a usable address for it
  70   a fault of this program, or its output could not be written
  130, 143   interrupted

Environment:
  PSTORAGE_NAME             the cluster to resolve or announce, when none is named
  NO_COLOR, FORCE_COLOR     no colour, or colour also where there is no terminal
`

/** The whole help. */
export function helpText(): string {
  const synopses = Object.values(commandTable)
  const usage = synopses.map(({ synopsis, help }) => `  ${`pstorage-discovery ${synopsis}`.padEnd(36)}${help}`)
  const head = 'List storage clusters, and resolve one to the addresses of its metadata servers (MDS).\n\nUsage:\n'
  return `${head}${usage.join('\n')}\n${examples}${optionsText()}${ending}`
}

/** The version of this package. */
export async function versionText(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '?'
  return `pstorage-discovery ${version}\n`
}

function optionsText(): string {
  const groups = new Map<string, string[]>()
  for (const [name, spec] of Object.entries(optionTable)) {
    const line = `  ${spelling(name, spec).padEnd(32)}${spec.help}`
    const lines = groups.get(spec.group)
    if (lines === undefined) groups.set(spec.group, [line])
    else lines.push(line)
  }
  return [...groups].map(([group, lines]) => `\n${group}:\n${lines.join('\n')}\n`).join('')
}

function spelling(name: string, { short, value }: OptionSpec): string {
  const letter = short === undefined ? '    ' : `-${short}, `
  return `${letter}--${name}${value === undefined ? '' : ` ${value}`}`
}
