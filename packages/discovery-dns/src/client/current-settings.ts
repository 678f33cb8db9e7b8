import {
  type AttemptError,
  type DiscoverEvent,
  escapeText,
  type Method,
  type QueryContext,
  type ResolveEvent,
  type Warning,
} from '@pstorage/discovery-core'
import type { Name } from '@pstorage/dns-message'
import type { CurrentSystemSettings } from '../config/current-system-settings.js'
import { DNS_PORT, type NameServer } from '../config/name-server.js'
import type { ResolvConfOptions } from '../config/resolv-conf.js'
import { type SettingsGap, systemSources } from '../config/system-settings.js'
import type { CurrentTlsTransport } from '../transport/tls/current-tls-channel.js'
import { TLS_PORT } from '../transport/tls/tls-socket.js'
import type { Transport } from '../transport/transport.js'

/** One object for all questions, as equal questions with the same settings are asked once. */
const noOptions: ResolvConfOptions = Object.freeze({})

/** Servers, search domains and options of a stub resolver. */
export interface StubSettings {
  /** At least one, where a server is asked. */
  readonly servers: readonly NameServer[]
  /** True if the servers were given by option, and so are the whole list. */
  readonly serversGiven: boolean
  /** True (default) if a denial of the first server counts. Not where one that is listed before it was passed over. */
  readonly mayDeny?: boolean
  /** Search domains in order; may be empty. */
  readonly domains: readonly Name[]
  readonly options: ResolvConfOptions
  readonly channel: Transport
}

/** Settings given by option; the system provides the rest. */
export interface SettingsOptions {
  readonly servers: readonly NameServer[] | undefined
  readonly domains: readonly Name[] | undefined
  /** Default `/etc/resolv.conf`. */
  readonly resolvConf: string | undefined
  /** In clear text, where TLS is not wanted. */
  readonly plain: Transport
  readonly tls: CurrentTlsTransport | undefined
  /** Asked for what is not given. */
  readonly system: CurrentSystemSettings
}

/** Method and target of the attempt that reports a query that cannot be sent. */
export interface AttemptSubject {
  readonly method: Method
  readonly target: string
}

/** The settings where options say everything: nothing has to be read for a query then, and nothing be closed after it. */
export function fixedSettings({ servers, domains, tls, plain }: SettingsOptions): StubSettings | undefined {
  if (servers === undefined || domains === undefined || tls !== undefined) return undefined
  return { servers, serversGiven: true, domains, options: noOptions, channel: plain }
}

/**
 * The settings for one query: what is given, and for the rest what the system says now; their channel is to be closed.
 *
 * Each server and search domain of the system that cannot be asked is an attempt that says so, and a warning: the others are
 * asked all the same. When there is no way to ask, the result is `undefined`.
 */
export async function currentSettings(
  options: SettingsOptions,
  query: QueryContext<DiscoverEvent> | QueryContext<ResolveEvent>,
  words: AttemptSubject,
): Promise<StubSettings | undefined> {
  const { plain, tls } = options
  const settings = await readSettings(options, query, words)
  if (settings === undefined) return undefined
  // What is spread stands last: a property after it makes a hidden class for each query, and whatever reads it slow.
  if (tls === undefined) return { channel: plain, ...settings }
  const opened = await tls.open()
  return opened.kind === 'failed'
    ? failAttempt(query, words, 'unavailable', opened.error)
    : { channel: opened.channel, ...settings }
}

function failAttempt(
  query: QueryContext<DiscoverEvent> | QueryContext<ResolveEvent>,
  words: AttemptSubject,
  status: 'unavailable' | 'timeout',
  error: AttemptError,
): undefined {
  query.startAttempt(words).finish(status, { error })
}

async function readSettings(
  options: SettingsOptions,
  query: QueryContext<DiscoverEvent> | QueryContext<ResolveEvent>,
  words: AttemptSubject,
): Promise<Omit<StubSettings, 'channel'> | undefined> {
  const { servers, domains, resolvConf, tls, system: current } = options
  if (servers !== undefined && domains !== undefined) {
    return { servers, serversGiven: true, domains, options: noOptions }
  }
  const sources = systemSources()
  const path = resolvConf ?? sources.resolvConf
  const port = tls === undefined ? DNS_PORT : TLS_PORT
  const needs = { servers: servers === undefined, domains: domains === undefined }
  const system = await current.read({ ...sources, resolvConf: path }, port, needs, query.cancellation)
  if (system === undefined) {
    const message = `${escapeText(path)} was not read in time`
    return failAttempt(query, words, 'timeout', { code: 'ETIMEDOUT', message })
  }
  if (system.fault !== undefined) return failAttempt(query, words, 'unavailable', system.fault)
  const gaps = system.gaps.filter(({ about }) => needs[about])
  if (gaps.length > 0) reportGaps(query, words, gaps)
  const all = domains ?? system.domains
  if (all.length === 0 && !gaps.some(({ about }) => about === 'domains')) {
    const message = 'there is no search domain: give one (domains, --domain), or write "search DOMAIN" into resolv.conf'
    return failAttempt(query, words, 'unavailable', { code: 'ENODOMAIN', message })
  }
  if (all.length === 0 || (servers ?? system.servers).length === 0) return undefined
  return {
    servers: servers ?? system.servers,
    serversGiven: servers !== undefined,
    domains: all,
    options: system.options,
  }
}

/** Emits an attempt for each gap: a preferred one that cannot be asked makes a denial of the others no proof. */
function reportGaps(
  query: QueryContext<DiscoverEvent> | QueryContext<ResolveEvent>,
  { method, target }: AttemptSubject,
  gaps: readonly SettingsGap[],
): void {
  const reported = new Set<string>()
  for (const { about, word, message, isPreferred } of gaps) {
    if (reported.has(message)) continue
    reported.add(message)
    const [code, warning] =
      about === 'domains'
        ? (['EBADDOMAIN', 'search-domain-invalid'] as const)
        : (['EBADSERVER', 'dns-server-invalid'] as const)
    const owner = about === 'domains' ? `${target}.${escapeText(word, { maxLength: 80 })}` : target
    if (isPreferred) query.startAttempt({ method, target: owner }).finish('unavailable', { error: { code, message } })
    query.emit({ type: 'warning', code: warning, message })
  }
}

/** Number of faults of one place that are worth a warning each. */
const MAX_WARNINGS = 100

const NONE: readonly Warning[] = []

/** Collects warnings about one place: each once, and no more than a person reads. */
export class WarningList {
  readonly #place: string
  /** Made with the first one: nearly always there is none. */
  #warnings: Map<string, Warning> | undefined

  /** @param place a DNS name as text, which begins every message */
  constructor(place: string) {
    this.#place = place
  }

  get warnings(): readonly Warning[] {
    return this.#warnings === undefined ? NONE : [...this.#warnings.values()]
  }

  add(code: string, fault: string): void {
    this.#warnings ??= new Map()
    if (this.#warnings.has(fault) || this.#warnings.size > MAX_WARNINGS) return
    const message = this.#warnings.size < MAX_WARNINGS ? fault : 'there are further faults, which are not shown'
    this.#warnings.set(fault, { code, message: `${this.#place}: ${message}` })
  }
}
