import { DEFAULT_TIMEOUT } from '@pstorage/discovery-core'
import { type BackendName, type BackendSettings, backendNames, type TlsSettings } from '../ask/backends.js'
import type { Format } from '../commands/command.js'
import type { OptionName } from './option-table.js'
import { checkedAddress, oneOf, parseBackends, parseSeconds } from './option-values.js'
import { UsageError } from './usage-error.js'
import { allOf, lastOf, type Words } from './words.js'

/** How much is said on stderr, and how. */
export interface PrintSettings {
  readonly quiet: boolean
  readonly verbose: boolean
  readonly noColor: boolean
}

/** What every command has that asks. */
export interface AskSettings {
  readonly backends: readonly BackendName[]
  readonly settings: BackendSettings
  readonly policy: 'first' | 'merge'
  /** Milliseconds for one round of asking. */
  readonly timeout: number
}

/** Reads `-q`, `-v` and `--no-color`. */
export function printSettings({ options }: Words): PrintSettings {
  const [quiet, verbose, noColor] = [options.has('quiet'), options.has('verbose'), options.has('no-color')]
  if (quiet && verbose) throw new UsageError('--quiet and --verbose contradict each other')
  return { quiet, verbose, noColor }
}

/** Reads whom to ask and how; addresses of a share string count as `-b`. */
export function askSettings(
  words: Words,
  { policy, addresses = [] }: { readonly policy: AskSettings['policy']; readonly addresses?: readonly string[] },
): AskSettings {
  const one = <T>(name: OptionName, parse: (text: string) => T, fallback: T): T => {
    const text = lastOf(words, name)
    return text === undefined ? fallback : parse(text)
  }
  return {
    backends: one('backend', parseBackends, backendNames),
    policy: one('policy', (text) => oneOf('policy', text, ['first', 'merge']), policy),
    timeout: one('timeout', (text) => parseSeconds('timeout', text), DEFAULT_TIMEOUT),
    settings: {
      servers: allOf(words, 'server'),
      domains: allOf(words, 'domain'),
      axfr: one('axfr', (text) => oneOf('axfr', text, ['auto', 'always', 'never']), 'auto'),
      tsigKeyFile: lastOf(words, 'tsig-key'),
      tls: tlsOf(words),
      interfaces: allOf(words, 'interface'),
      directories: allOf(words, 'clusters-dir'),
      addresses: [...allOf(words, 'bootstrap').map((text) => checkedAddress('-b', text)), ...addresses],
    },
  }
}

/** Reads `--format` and `--json`; the first format of the command is its default. */
export function formatOf(words: Words): Format {
  const { formats = [] } = words.command
  const text = lastOf(words, 'format')
  const format = text === undefined ? undefined : oneOf('format', text, formats)
  if (!words.options.has('json')) return format ?? formats[0] ?? 'text'
  if (format !== undefined && format !== 'json')
    throw new UsageError(`--json and --format ${format} contradict each other`)
  return 'json'
}

/** What makes sense with TLS alone asks for it: in clear text it would be without effect, and nobody would notice. */
function tlsOf(words: Words): TlsSettings | undefined {
  const names = ['tls', 'tls-name', 'tls-ca', 'tls-pin', 'tls-alpn'] as const
  const isWanted = names.some((name) => words.options.has(name))
  if (!isWanted) return undefined
  const alpn = lastOf(words, 'tls-alpn')
  return {
    name: lastOf(words, 'tls-name'),
    caFile: lastOf(words, 'tls-ca'),
    pins: allOf(words, 'tls-pin'),
    alpn: alpn === undefined ? undefined : oneOf<'require' | 'offer'>('tls-alpn', alpn, ['require', 'offer']),
  }
}
