import type { DiscoverEvent, Method, Question, ResolveEvent } from '@pstorage/discovery-core'
import type { Name } from '@pstorage/dns-message'
import { plainChannel } from './channel.js'
import type { CurrentSystemSettings } from './current-system-settings.js'
import type { NameServer } from './name-server.js'
import type { ResolvConfOptions } from './resolv-conf.js'
import type { StubSettings } from './stub-settings.js'
import { systemSources } from './system-settings.js'
import { tlsChannel } from './tls/tls-channel.js'
import type { TlsSettings } from './tls/tls-options.js'
import { readTlsTrust } from './tls/tls-trust.js'

/** One object for all questions, as equal questions with the same settings are asked once. */
const noOptions: ResolvConfOptions = Object.freeze({})

/** What options say; the rest is up to the system. */
export interface GivenSettings {
  readonly servers: readonly NameServer[] | undefined
  readonly domains: readonly Name[] | undefined
  /** Default `/etc/resolv.conf`. */
  readonly resolvConf: string | undefined
  readonly tls: TlsSettings | undefined
  /** Asked for what is not given. */
  readonly system: CurrentSystemSettings
}

/** What a question is about, for the attempt that says that it cannot be asked. */
export interface AskingWords {
  readonly method: Method
  readonly target: string
}

/**
 * The settings for one question: what is given, and for the rest what the system says now. When there is no way to ask,
 * the attempt that says so is emitted, and the result is `undefined`.
 */
export async function currentSettings(
  { servers, domains, resolvConf, tls, system: current }: GivenSettings,
  question: Question<DiscoverEvent> | Question<ResolveEvent>,
  words: AskingWords,
): Promise<StubSettings | undefined> {
  const trusting = tls === undefined ? undefined : await readTlsTrust(tls)
  if (trusting?.kind === 'failed') {
    question.asking(words).ended('unavailable', { error: trusting.error })
    return undefined
  }
  const channel = trusting === undefined ? plainChannel : tlsChannel(trusting.trust, question.signal)
  if (servers !== undefined && domains !== undefined) {
    return { servers, serversGiven: true, domains, options: noOptions, channel }
  }

  const sources = systemSources()
  const system = await current.read({ ...sources, resolvConf: resolvConf ?? sources.resolvConf }, channel.port)
  if (system.fault !== undefined) {
    question.asking(words).ended('unavailable', { error: system.fault })
    return undefined
  }
  const settings: StubSettings = {
    servers: servers ?? system.servers,
    serversGiven: servers !== undefined,
    domains: domains ?? system.domains,
    options: system.options,
    channel,
  }
  if (settings.domains.length > 0) return settings
  const message = 'there is no search domain: give one (domains, --domain), or write "search DOMAIN" into resolv.conf'
  question.asking(words).ended('unavailable', { error: { code: 'ENODOMAIN', message } })
  return undefined
}
