import type { DiscoverEvent, Method, Question, ResolveEvent } from '@pstorage/discovery-core'
import type { Name } from '@pstorage/dns-message'
import type { Channel } from './channel.js'
import type { CurrentSystemSettings } from './current-system-settings.js'
import { DNS_PORT, type NameServer } from './name-server.js'
import type { ResolvConfOptions } from './resolv-conf.js'
import type { StubSettings } from './stub-settings.js'
import { systemSources } from './system-settings.js'
import type { CurrentTlsChannel } from './tls/current-tls-channel.js'
import { TLS_PORT } from './tls/tls-channel.js'

/** One object for all questions, as equal questions with the same settings are asked once. */
const noOptions: ResolvConfOptions = Object.freeze({})

/** What options say; the rest is up to the system. */
export interface GivenSettings {
  readonly servers: readonly NameServer[] | undefined
  readonly domains: readonly Name[] | undefined
  /** Default `/etc/resolv.conf`. */
  readonly resolvConf: string | undefined
  /** In clear text, where TLS is not wanted. */
  readonly plain: Channel
  readonly tls: CurrentTlsChannel | undefined
  /** Asked for what is not given. */
  readonly system: CurrentSystemSettings
}

/** What a question is about, for the attempt that says that it cannot be asked. */
export interface AskingWords {
  readonly method: Method
  readonly target: string
}

/** The settings where options say everything: nothing has to be read for a question then, and nothing be closed after it. */
export function fixedSettings({ servers, domains, tls, plain }: GivenSettings): StubSettings | undefined {
  if (servers === undefined || domains === undefined || tls !== undefined) return undefined
  return { servers, serversGiven: true, domains, options: noOptions, channel: plain }
}

/**
 * The settings for one question: what is given, and for the rest what the system says now; their channel is to be closed. When
 * there is no way to ask, the attempt that says so is emitted, and the result is `undefined`.
 */
export async function currentSettings(
  given: GivenSettings,
  question: Question<DiscoverEvent> | Question<ResolveEvent>,
  words: AskingWords,
): Promise<StubSettings | undefined> {
  const { plain, tls } = given
  const asked = await whomToAsk(given)
  if ('error' in asked) return unavailable(question, words, asked)
  // What is spread stands last: a property after it makes a hidden class for each question, and whatever reads it slow.
  if (tls === undefined) return { channel: plain, ...asked }
  const opened = await tls.open()
  return opened.kind === 'failed' ? unavailable(question, words, opened) : { channel: opened.channel, ...asked }
}

interface Unaskable {
  readonly error: { readonly code: string; readonly message: string }
}

function unavailable(
  question: Question<DiscoverEvent> | Question<ResolveEvent>,
  words: AskingWords,
  { error }: Unaskable,
): undefined {
  question.asking(words).ended('unavailable', { error })
}

async function whomToAsk(given: GivenSettings): Promise<Omit<StubSettings, 'channel'> | Unaskable> {
  const { servers, domains, resolvConf, tls, system: current } = given
  if (servers !== undefined && domains !== undefined) {
    return { servers, serversGiven: true, domains, options: noOptions }
  }
  const sources = systemSources()
  const port = tls === undefined ? DNS_PORT : TLS_PORT
  const system = await current.read({ ...sources, resolvConf: resolvConf ?? sources.resolvConf }, port)
  if (system.fault !== undefined) return { error: system.fault }
  const all = domains ?? system.domains
  if (all.length === 0) {
    const message = 'there is no search domain: give one (domains, --domain), or write "search DOMAIN" into resolv.conf'
    return { error: { code: 'ENODOMAIN', message } }
  }
  return {
    servers: servers ?? system.servers,
    serversGiven: servers !== undefined,
    domains: all,
    options: system.options,
  }
}
