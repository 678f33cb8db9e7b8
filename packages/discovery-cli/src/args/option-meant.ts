import { closestWord } from '@pstorage/discovery-core'
import { everyCommand, type OptionName, optionNames } from './option-table.js'

type Meaning = readonly [option: OptionName, write: string]

const server: Meaning = ['server', '--server IP[:PORT]']
const domain: Meaning = ['domain', '--domain NAME']
const timeout: Meaning = ['timeout', '--timeout DURATION']
const interval: Meaning = ['interval', '--interval DURATION']
const format: Meaning = ['format', '--format FORMAT']
const count: Meaning = ['count', '--count N']
const interfaces: Meaning = ['interface', '--interface NAME']
const directory: Meaning = ['clusters-dir', '--clusters-dir DIR']
const zeroconf: Meaning = ['backend', '--backend zeroconf']
const withoutZeroconf: Meaning = ['backend', '--backend dns,bootstrap']

/** Options of other programs, and what does the same here: the first that the command takes. */
const synonyms: Readonly<Record<string, readonly Meaning[]>> = {
  ...{ output: [format], out: [format], O: [format], f: [['file', '--file FILE'], format], j: [['json', '--json']] },
  ...{ nameserver: [server], 'name-server': [server], 'dns-server': [server], resolver: [server], '@': [server] },
  ...{
    port: [
      ['address', '-a IP:PORT'],
      ['server', '--server IP:PORT'],
    ],
    p: [['server', '--server IP:PORT']],
  },
  ...{ search: [domain], suffix: [domain], 'search-domain': [domain], zone: [domain] },
  ...{ t: [timeout], 'max-time': [timeout], deadline: [timeout], w: [['wait', '--wait DURATION']] },
  ...{ n: [interval, count], every: [interval], period: [interval], refresh: [interval] },
  ...{ limit: [count], max: [count], head: [count], number: [count], all: [['policy', '--policy merge']] },
  ...{ i: [interfaces], iface: [interfaces], dev: [interfaces], dir: [directory], directory: [directory] },
  ...{ dns: [['backend', '--backend dns']], lists: [['backend', '--backend bootstrap']] },
  ...{ mdns: [zeroconf], zeroconf: [zeroconf], multicast: [zeroconf], avahi: [zeroconf] },
  ...{ 'no-zeroconf': [withoutZeroconf], 'no-mdns': [withoutZeroconf], 'no-multicast': [withoutZeroconf] },
  ...{ name: [['cluster', '-c NAME']], command: [['exec', '--exec COMMAND']], run: [['exec', '--exec COMMAND']] },
  ...{
    k: [['tsig-key', '--tsig-key FILE']],
    y: [['tsig-key', '--tsig-key FILE']],
    key: [['tsig-key', '--tsig-key FILE']],
  },
  ...{ ca: [['tls-ca', '--tls-ca FILE']], cacert: [['tls-ca', '--tls-ca FILE']], silent: [['quiet', '--quiet']] },
  ...{ V: [['version', '--version']], H: [['help', '--help']], '?': [['help', '--help']], usage: [['help', '--help']] },
  ...{
    color: [['no-color', 'FORCE_COLOR=1 in the environment']],
    colour: [['no-color', 'FORCE_COLOR=1 in the environment']],
  },
}

/** Shorter beginnings of an option are too many. */
const LEAST_BEGINNING = 3

/**
 * Returns what to write in place of an option that does not exist: one of those that the command takes, or where the command is
 * unknown, any.
 */
export function optionMeant(typed: string, taken?: readonly OptionName[]): string | undefined {
  const name = typed.replace(/^--?/, '')
  const isTaken = (option: OptionName): boolean =>
    taken === undefined || taken.includes(option) || everyCommand.includes(option)
  const known = optionNames.filter(isTaken)
  const [, synonym] = (Object.hasOwn(synonyms, name) ? synonyms[name] : undefined)?.find(([it]) => isTaken(it)) ?? []
  if (synonym !== undefined || !typed.startsWith('--')) return synonym
  const begun = name.length < LEAST_BEGINNING ? [] : known.filter((option) => option.startsWith(name))
  const closest = begun.length === 1 ? begun[0] : closestWord(name.toLowerCase(), known)
  return closest === undefined ? undefined : `--${closest}`
}
