import { hostname } from 'node:os'
import { escapeText, quoteText } from '@pstorage/discovery-core'
import { equalNames, type Name } from '@pstorage/dns-message'
import { readDomain, searchDomainFault } from './domain-name.js'
import { DNS_PORT, type NameServer, parseNameServer } from './name-server.js'
import { type ReadResolvConfOptions, type ResolvConfReading, readResolvConf } from './read-resolv-conf.js'
import {
  type LocatedResolvConf,
  locateResolvConf,
  MAX_NAMESERVERS,
  parseResolvConfOptions,
  type ResolvConfOptions,
  type UnusableWord,
} from './resolv-conf.js'

/** DNS settings of this host. */
export interface SystemSources {
  /** Default `/etc/resolv.conf`. */
  readonly resolvConf: string
  readonly environment: { readonly LOCALDOMAIN?: string | undefined; readonly RES_OPTIONS?: string | undefined }
  /** The name of this host, whose domain is the search list where there is none. */
  readonly hostname: string
}

/** The settings of the system, and what is wrong with them. */
export interface SystemSettings {
  /** Those that can be asked. Empty where the system names servers, and none with an address. */
  readonly servers: readonly NameServer[]
  /** True if the servers were given by option, and so are the whole list. */
  readonly serversGiven: boolean
  /** True (default) if a denial of the first server counts. Not where one that is listed before it was passed over. */
  readonly mayDeny?: boolean
  /** Search domains in order; may be empty. */
  readonly domains: readonly Name[]
  readonly options: ResolvConfOptions
  /** Settings of the system that cannot be used. */
  readonly gaps: readonly SettingsGap[]
  /** Set when resolv.conf is there and cannot be read, or is being rewritten. */
  readonly fault: { readonly code: string; readonly message: string } | undefined
}

/** A server or a search domain of the system that cannot be asked. */
export interface SettingsGap {
  readonly about: 'servers' | 'domains'
  /** The word that cannot be used, as it was written. */
  readonly word: string
  /** Its place and the reason why it cannot be used. Escaped. */
  readonly message: string
  /** True if a denial by the others proves nothing, as this one is preferred to them. */
  readonly isPreferred: boolean
}

type ReadingFault = Extract<ResolvConfReading, { kind: 'fault' }>

/** The real sources. */
export function systemSources(): SystemSources {
  const { LOCALDOMAIN, RES_OPTIONS } = process.env
  return { resolvConf: '/etc/resolv.conf', environment: { LOCALDOMAIN, RES_OPTIONS }, hostname: hostname() }
}

/**
 * Reads resolv.conf(5), LOCALDOMAIN and RES_OPTIONS. Without a name server in them the one on this host is asked, as
 * resolv.conf(5) says; never a public one.
 *
 * @param port at which they are asked
 */
export async function readSystemSettings(
  sources: SystemSources,
  port: number = DNS_PORT,
  options: Partial<ReadResolvConfOptions> = {},
): Promise<SystemSettings> {
  const needs = options.needs ?? { servers: true, domains: sources.environment.LOCALDOMAIN === undefined }
  return settingsOf(await readResolvConf(sources.resolvConf, { ...options, needs }), sources, port)
}

/** Makes settings of what was read. */
export function settingsOf(
  reading: Pick<Extract<ResolvConfReading, { kind: 'read' }>, 'kind' | 'text' | 'missingTarget'> | ReadingFault,
  sources: SystemSources,
  port: number = DNS_PORT,
): SystemSettings {
  const { environment } = sources
  const placed = locateResolvConf(reading.kind === 'read' ? reading.text : '')
  const list = searchList(placed, sources)
  const options = { ...placed.options, ...parseResolvConfOptions(wordsOf(environment.RES_OPTIONS)) }
  const gaps = [...serverGaps(placed, sources, options.rotate === true), ...list.gaps]
  if (reading.kind === 'read' && reading.missingTarget !== undefined) {
    gaps.push(...missingSettings(reading.missingTarget, sources))
  }
  const named = placed.nameservers.slice(0, MAX_NAMESERVERS).map(({ text }) => text)
  const isUnnamed = named.length === 0 && !placed.unusable.some(({ about }) => about === 'servers')
  return {
    servers: (isUnnamed ? ['127.0.0.1', '::1'] : named).map((address) => parseNameServer(address, port)),
    serversGiven: false,
    domains: list.domains,
    options,
    gaps,
    fault: reading.kind === 'fault' ? { code: reading.code, message: reading.message } : undefined,
  }
}

interface SearchWord {
  readonly text: string
  /** Escaped. */
  readonly place: string
}

/** A search list with one bad entry still serves with the others. */
function searchList(placed: LocatedResolvConf, { resolvConf, environment, hostname }: SystemSources) {
  const gaps: SettingsGap[] = []
  const fromFile = environment.LOCALDOMAIN === undefined
  const inFile = placed.search?.map(({ text, line }) => ({ text, place: placeOf(resolvConf, line) }))
  const inEnvironment = wordsOf(environment.LOCALDOMAIN).map((text) => ({ text, place: 'LOCALDOMAIN' }))
  const words: readonly SearchWord[] = fromFile ? (inFile ?? domainOfHost(hostname)) : inEnvironment
  const domains: Name[] = []
  for (const { text, place } of words) {
    // Names are never asked at the root: "search ." says that there is no search domain.
    if (text === '.') continue
    const read = readDomain(text)
    if ('name' in read) {
      if (!domains.some((known) => equalNames(known, read.name))) domains.push(read.name)
      continue
    }
    gaps.push({ about: 'domains', word: text, message: domainMessage(text, place), isPreferred: true })
  }
  if (fromFile) gaps.push(...gapsOf(placed.unusable, 'domains', resolvConf))
  return { domains, gaps }
}

function domainMessage(text: string, place: string): string {
  const { reason, domains, servers } = searchDomainFault(text) ?? { reason: '', domains: [], servers: [] }
  const meant = [...domains, ...servers.map((server) => `nameserver ${server}`)]
  const hint = meant.length === 0 ? '' : `; did you mean ${meant.join(' ')}`
  return `${place}: ${quoteText(text, { maxLength: 80 })} cannot be a search domain: ${reason}${hint}`
}

function domainOfHost(hostname: string): readonly SearchWord[] {
  const dot = hostname.indexOf('.')
  const text = dot < 0 ? '' : hostname.slice(dot + 1)
  const place = `the name of this host, ${quoteText(hostname, { maxLength: 80 })}`
  return text === '' ? [] : [{ text, place }]
}

/** Of servers only those before the first usable one matter for a denial, unless each of them may be the first. */
function serverGaps(
  { nameservers, unusable }: LocatedResolvConf,
  { resolvConf }: SystemSources,
  rotates: boolean,
): readonly SettingsGap[] {
  const first = nameservers[0]?.line ?? Number.POSITIVE_INFINITY
  const last = nameservers[MAX_NAMESERVERS - 1]?.line ?? Number.POSITIVE_INFINITY
  const counted = unusable.filter(({ line }) => line < last)
  const isPreferred = (line: number): boolean => rotates || line < first
  return gapsOf(counted, 'servers', resolvConf, isPreferred)
}

function gapsOf(
  words: readonly UnusableWord[],
  about: SettingsGap['about'],
  path: string,
  isPreferred: (line: number) => boolean = () => true,
): readonly SettingsGap[] {
  return words
    .filter((word) => word.about === about)
    .map(({ text, line, reason }) => ({
      about,
      word: text,
      message: `${placeOf(path, line)}: ${quoteText(text, { maxLength: 80 })} ${reason}`,
      isPreferred: isPreferred(line),
    }))
}

/** The settings were to be written, and what holds without them is only a guess. */
function missingSettings(target: string, { resolvConf, environment }: SystemSources): readonly SettingsGap[] {
  const message = `${escapeText(resolvConf)} is a link to ${escapeText(target)}, which does not exist`
  const about = environment.LOCALDOMAIN === undefined ? (['servers', 'domains'] as const) : (['servers'] as const)
  return about.map((each) => ({ about: each, word: target, message, isPreferred: true }))
}

function placeOf(path: string, line: number): string {
  return `${escapeText(path)}:${line}`
}

/** The words of a variable. */
function wordsOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[ \t]+/).filter((word) => word !== '')
}
