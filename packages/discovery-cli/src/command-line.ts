import { type ClusterName, DEFAULT_TIMEOUT, quoteText } from '@pstorage/discovery-core'
import { type Arguments, parseArguments } from './arguments.js'
import { type BackendName, type BackendSettings, backendNames, type TlsSettings } from './backends.js'
import { closestWord } from './closest-word.js'
import { clusterArgument } from './cluster-argument.js'
import { type Command, commands } from './command.js'
import { type OptionName, optionTable } from './option-table.js'
import { checkedAddress, oneOf, parseBackends, parseCount, parseSeconds } from './option-values.js'
import { withoutPassword } from './share-string.js'
import { UsageError } from './usage-error.js'

/** What a command line asks for, checked. */
export type Invocation = Inquiry | AnnounceInvocation | HelpInvocation | { readonly command: 'version' }

/** A question about clusters. */
export type Inquiry = DiscoverInvocation | ResolveInvocation

/** `help`, `--help`, and a command line without a word (which is wrong usage, and gets the same text). */
export interface HelpInvocation {
  readonly command: 'help'
  readonly asked: boolean
}

export interface DiscoverInvocation extends InquirySettings {
  readonly command: 'discover'
}

export interface ResolveInvocation extends InquirySettings {
  readonly command: 'resolve'
  readonly cluster: ClusterName
  /** How many endpoints are enough; at least 1. */
  readonly minEndpoints: number
  /** Milliseconds to ask again and again for; without it, one round is all. */
  readonly wait: number | undefined
}

/** What is to be announced. */
export interface AnnounceInvocation extends PrintSettings {
  readonly command: 'announce'
  readonly cluster: ClusterName
  /** `IP[:PORT]` of metadata servers; none: this host. */
  readonly addresses: readonly string[]
  /** Names of network interfaces; none: all that can multicast. */
  readonly interfaces: readonly string[]
}

/** How much is said on stderr, and how. */
export interface PrintSettings {
  readonly quiet: boolean
  readonly verbose: boolean
  readonly noColor: boolean
}

/** What both questions have. */
export interface InquirySettings extends PrintSettings {
  readonly backends: readonly BackendName[]
  readonly settings: BackendSettings
  readonly policy: 'first' | 'merge'
  /** Milliseconds for one round of asking. */
  readonly timeout: number
  readonly format: Format
}

/** How answers are printed. */
export type Format = 'text' | 'json' | 'ndjson'

/** Reads the words after the program's name. @throws UsageError */
export function parseCommandLine(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Invocation {
  if (argv.length === 0) return { command: 'help', asked: false }
  if (asksFor(argv, ['--help', '-h'])) return { command: 'help', asked: true }
  if (asksFor(argv, ['--version'])) return { command: 'version' }
  const { positionals, options } = parseArguments(argv)
  const [word, ...rest] = positionals
  if (word === 'help' || options.has('help')) return { command: 'help', asked: true }
  const command = commandOf(word)
  refuseOptionsOfOthers(command, options)
  if (command === 'discover') {
    const settings = inquirySettings(command, options)
    if (rest.length > 0) throw new UsageError('discover lists all clusters and takes no argument')
    return { command, ...settings }
  }
  if (rest.length > 1) throw new UsageError(`${command} takes one cluster, and ${rest.length} were given`)
  const [argument] = rest
  const { cluster, addresses: ofShare } = clusterArgument({
    argument,
    option: lastOf(options, 'cluster'),
    environment: environment.PSTORAGE_NAME,
    command,
  })
  if (command === 'resolve') {
    const enough = { minEndpoints: minEndpointsOf(options), wait: waitOf(options) }
    return { command, cluster, ...enough, ...inquirySettings(command, options, ofShare) }
  }
  if (ofShare.length > 0) throw new UsageError(`the addresses of a share string go with resolve; ${command} has -a`)
  const addresses = (options.get('address') ?? []).map((text) => checkedAddress('-a', text))
  return { command, cluster, addresses, interfaces: options.get('interface') ?? [], ...printSettings(options) }
}

/** Help and version are given even where the rest of the line is wrong. */
function asksFor(argv: readonly string[], spellings: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end < 0 ? argv.length : end).some((word) => spellings.includes(word))
}

function commandOf(word: string | undefined): Command {
  if (word === undefined) throw new UsageError(`a command is missing: ${listed(commands, 'or')}`)
  const command = commands.find((known) => known === word)
  if (command !== undefined) return command
  const closest = closestWord(word, commands)
  const meant = closest === undefined ? `the commands are ${listed(commands, 'and')}` : `did you mean ${closest}`
  throw new UsageError(`unknown command ${quoteText(withoutPassword(word), { maxLength: 80 })}; ${meant}`)
}

function refuseOptionsOfOthers(command: Command, options: Arguments['options']): void {
  for (const name of options.keys()) {
    const { only, short } = optionTable[name]
    if (only === undefined || only.includes(command)) continue
    const spelling = `${short === undefined ? '' : `-${short}, `}--${name}`
    throw new UsageError(`${spelling} goes with ${listed(only, 'and')}, not with ${command}`)
  }
}

/** `a, b and c`. */
function listed(words: readonly string[], conjunction: string): string {
  const [last = '', ...others] = words.toReversed()
  return others.length === 0 ? last : `${others.toReversed().join(', ')} ${conjunction} ${last}`
}

function printSettings(options: Arguments['options']): PrintSettings {
  const [quiet, verbose, noColor] = [options.has('quiet'), options.has('verbose'), options.has('no-color')]
  if (quiet && verbose) throw new UsageError('--quiet and --verbose contradict each other')
  return { quiet, verbose, noColor }
}

function inquirySettings(
  command: Command,
  options: Arguments['options'],
  ofShare: readonly string[] = [],
): InquirySettings {
  const printing = printSettings(options)
  const one = <T>(name: OptionName, parse: (text: string) => T, fallback: T): T => {
    const text = lastOf(options, name)
    return text === undefined ? fallback : parse(text)
  }
  const all = (name: OptionName): readonly string[] => options.get(name) ?? []
  return {
    backends: one('backend', parseBackends, backendNames),
    policy: one(
      'policy',
      (text) => oneOf('policy', text, ['first', 'merge']),
      command === 'resolve' ? 'first' : 'merge',
    ),
    timeout: one('timeout', (text) => parseSeconds('timeout', text), DEFAULT_TIMEOUT),
    format: formatOf(options),
    settings: {
      servers: all('server'),
      domains: all('domain'),
      axfr: one('axfr', (text) => oneOf('axfr', text, ['auto', 'always', 'never']), 'auto'),
      tsigKeyFile: lastOf(options, 'tsig-key'),
      tls: tlsOf(options),
      interfaces: all('interface'),
      directories: all('clusters-dir'),
      addresses: [...all('bootstrap').map((text) => checkedAddress('-b', text)), ...ofShare],
    },
    ...printing,
  }
}

/** What makes sense with TLS alone asks for it: in clear text it would be without effect, and nobody would notice. */
function tlsOf(options: Arguments['options']): TlsSettings | undefined {
  const isWanted = (['tls', 'tls-name', 'tls-ca', 'tls-pin'] as const).some((name) => options.has(name))
  if (!isWanted) return undefined
  return {
    name: lastOf(options, 'tls-name'),
    caFile: lastOf(options, 'tls-ca'),
    pins: options.get('tls-pin') ?? [],
  }
}

function minEndpointsOf(options: Arguments['options']): number {
  const text = lastOf(options, 'min-endpoints')
  return text === undefined ? 1 : parseCount('min-endpoints', text)
}

function waitOf(options: Arguments['options']): number | undefined {
  const text = lastOf(options, 'wait')
  return text === undefined ? undefined : parseSeconds('wait', text)
}

function formatOf(options: Arguments['options']): Format {
  const text = lastOf(options, 'format')
  const format = text === undefined ? undefined : oneOf('format', text, ['text', 'json', 'ndjson'])
  if (!options.has('json')) return format ?? 'text'
  if (format !== undefined && format !== 'json')
    throw new UsageError(`--json and --format ${format} contradict each other`)
  return 'json'
}

function lastOf(options: Arguments['options'], name: OptionName): string | undefined {
  return options.get(name)?.at(-1)
}
