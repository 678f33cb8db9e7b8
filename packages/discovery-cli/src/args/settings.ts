import { DEFAULT_TIMEOUT, type WatchOptions } from '@pstorage/discovery-core'
import type { TlsOptions } from '@pstorage/discovery-dns'
import { type BackendName, type BackendSettings, backendNames, type TlsSettings } from '../context.js'
import { UsageError } from '../exit-codes.js'
import { allOf, type Format, lastOf, type ParsedArguments } from './command.js'
import type { OptionName } from './option-table.js'
import { checkedAddress, oneOf, parseBackends, parseDuration } from './option-values.js'

/** The settings of what is written to stderr. */
export interface PrintSettings {
  readonly quiet: boolean
  readonly verbose: boolean
  readonly noColor: boolean
}

/** The settings of a query. */
export interface QuerySettings {
  readonly backends: readonly BackendName[]
  readonly settings: BackendSettings
  readonly policy: 'first' | 'merge'
  /** Milliseconds for one query. */
  readonly timeout: number
}

/** Reads `-q`, `-v` and `--no-color`. */
export function printSettings({ options }: ParsedArguments): PrintSettings {
  const [quiet, verbose, noColor] = [options.has('quiet'), options.has('verbose'), options.has('no-color')]
  if (quiet && verbose) throw new UsageError('--quiet and --verbose contradict each other')
  return { quiet, verbose, noColor }
}

/** Reads the settings of a query; addresses of a share string count as `-b`. */
export function querySettings(
  args: ParsedArguments,
  { policy, addresses = [] }: { readonly policy: QuerySettings['policy']; readonly addresses?: readonly string[] },
): QuerySettings {
  const one = <T>(name: OptionName, parse: (text: string) => T, fallback: T): T => {
    const text = lastOf(args, name)
    return text === undefined ? fallback : parse(text)
  }
  return {
    backends: one('backend', parseBackends, backendNames),
    policy: one('policy', (text) => oneOf('policy', text, ['first', 'merge']), policy),
    timeout: one('timeout', (text) => parseDuration('timeout', text), DEFAULT_TIMEOUT),
    settings: {
      servers: allOf(args, 'server'),
      domains: allOf(args, 'domain'),
      axfr: one('axfr', (text) => oneOf('axfr', text, ['auto', 'always', 'never']), 'auto'),
      denials: one('denials', (text) => oneOf('denials', text, ['proven', 'any']), 'proven'),
      tsigKeyFile: lastOf(args, 'tsig-key'),
      tls: tlsOf(args),
      interfaces: allOf(args, 'interface'),
      directories: allOf(args, 'clusters-dir'),
      addresses: [...allOf(args, 'bootstrap').map((text) => checkedAddress('-b', text)), ...addresses],
    },
  }
}

/**
 * The refresh schedule of a watch in milliseconds: for a person who looks on, faster than that of a service. After a failure it is no
 * faster than every 30 s (RFC 8767 section 5).
 */
const pace = { floor: 5_000, retry: 30_000, retryCeiling: 60_000 }
/** Milliseconds. */
const LEAST_INTERVAL = 1_000

/** Reads `--interval`: no two polls of a watch are farther apart. */
export function paceOf(
  args: ParsedArguments,
): Pick<WatchOptions<never>, 'floor' | 'ceiling' | 'retry' | 'retryCeiling'> {
  const text = lastOf(args, 'interval')
  if (text === undefined) return pace
  const ceiling = parseDuration('interval', text)
  if (ceiling >= LEAST_INTERVAL) return { ...pace, floor: Math.min(pace.floor, ceiling), ceiling }
  throw new UsageError(`--interval ${text}: must be at least ${LEAST_INTERVAL / 1_000} s`)
}

/** Reads `--format`, `--json` and `--nagios`; the first format of the command is its default. */
export function formatOf(args: ParsedArguments): Format {
  const { formats = [] } = args.command
  const text = lastOf(args, 'format')
  const format = text === undefined ? undefined : oneOf('format', text, formats)
  const flags = (['json', 'nagios'] as const).filter((flag) => args.options.has(flag))
  const [flag = format ?? formats[0] ?? 'text', other] = flags
  if (other !== undefined) throw new UsageError(`--${flag} and --${other} contradict each other`)
  if (format !== undefined && format !== flag)
    throw new UsageError(`--${flag} and --format ${format} contradict each other`)
  return flag
}

/** Options that need TLS imply it: in clear text they would have no effect, and that would go unnoticed. */
function tlsOf(args: ParsedArguments): TlsSettings | undefined {
  const names = ['tls', 'tls-name', 'tls-ca', 'tls-pin', 'tls-alpn'] as const
  const isWanted = names.some((name) => args.options.has(name))
  if (!isWanted) return undefined
  const alpn = lastOf(args, 'tls-alpn')
  return {
    name: lastOf(args, 'tls-name'),
    caFile: lastOf(args, 'tls-ca'),
    pins: allOf(args, 'tls-pin'),
    alpn: alpn === undefined ? undefined : oneOf<'require' | 'offer'>('tls-alpn', alpn, ['require', 'offer']),
  }
}

/** Returns the TLS options of the backend. */
export function tlsOptions({ name, caFile, pins, alpn }: TlsSettings): TlsOptions {
  return {
    name,
    ca: caFile === undefined ? undefined : { file: caFile },
    pins: pins.length > 0 ? pins : undefined,
    alpn,
  }
}
