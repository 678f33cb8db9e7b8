import {
  type Clock,
  createResolver,
  type DiscoverEvent,
  DiscoveryError,
  type Question,
  quoteText,
  type Random,
  type ResolveEvent,
  type Resolver,
  systemClock,
  systemRandom,
} from '@pstorage/discovery-core'
import { nameToText } from '@pstorage/dns-message'
import { plainChannel } from './channel.js'
import { type AskingWords, currentSettings, fixedSettings, type GivenSettings } from './current-settings.js'
import { CurrentSystemSettings } from './current-system-settings.js'
import { discoverNames } from './discover-names.js'
import { type AxfrMode, contextOf, type SharedContext } from './dns-context.js'
import { parseDomain } from './domain-name.js'
import { DNS_PORT } from './name-server.js'
import { resolveService } from './resolve-service.js'
import { StubResolver } from './stub-resolver.js'
import { parseDomains, parseServers, type StubSettings } from './stub-settings.js'
import { CurrentTlsChannel } from './tls/current-tls-channel.js'
import { TLS_PORT } from './tls/tls-channel.js'
import { checkedTls, type TlsOptions } from './tls/tls-options.js'
import { checkedTransferLimits, type TransferLimits } from './transfer-limits.js'
import { checkedTransferKey, type TsigKeyOption } from './tsig/transfer-key.js'
import { WildcardProbes } from './wildcard-probes.js'

/** How {@link dnsResolver} asks. All of it is optional. */
export interface DnsResolverOptions {
  /**
   * Name servers: `IP`, `IP:PORT`, `[IPv6]:PORT`; they are the whole list. Default: those of resolv.conf(5), and the one
   * on this host where it names none. Never a public one.
   */
  readonly servers?: readonly string[] | undefined
  /** Search domains, in order. Default: those of LOCALDOMAIN or resolv.conf(5), else the domain of this host's name. */
  readonly domains?: readonly string[] | undefined
  /**
   * Asks over TLS alone, at port 853 unless given (RFC 7858), transfers included (RFC 9103): `true` for certificates of
   * the CAs that Node.js trusts, or how servers prove who they are. Default: UDP and TCP in clear text.
   */
  readonly tls?: boolean | TlsOptions | undefined
  /** What stands before the cluster name in the owner of SRV records; default `_pstorage._tcp`. */
  readonly service?: string | undefined
  /** What stands before the domain in the owner of the TXT records with the names; default `pstorage_clusters`. */
  readonly clustersRecord?: string | undefined
  /**
   * Signs zone transfers and their questions (TSIG, RFC 8945), and believes only what is signed with it too: a key, or
   * `{ file }` with one in BIND's format, read anew for each question. Default: nothing is signed.
   */
  readonly tsigKey?: TsigKeyOption | undefined
  /** Whether zones are transferred for their names: `auto` (default) where TXT answered without names. */
  readonly axfr?: AxfrMode | undefined
  /** `same-domain` refuses SRV targets outside of the domain that was asked; default `any`. */
  readonly targets?: 'any' | 'same-domain' | undefined
  /**
   * Sends the letters of questions in random case, and ignores replies that do not repeat it, which makes forging harder
   * ("0x20"). Default false, as some servers do not repeat it.
   */
  readonly caseRandomization?: boolean | undefined
  /** What a zone transfer may cost. */
  readonly transferLimits?: Partial<TransferLimits> | undefined
  /** Read instead of `/etc/resolv.conf`, again whenever it has changed; not at all when servers and domains are both given. */
  readonly resolvConf?: string | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
  /** The time that signatures carry, in milliseconds since 1970-01-01 UTC; default `Date.now`. */
  readonly wallClock?: (() => number) | undefined
  /** Draws the order of equal priorities; default unpredictable. Ids of queries are always unpredictable. */
  readonly random?: Random | undefined
}

/**
 * Finds clusters in DNS: names by TXT and zone transfer, endpoints by SRV.
 *
 * Nothing is asked at the root, only below search domains; where there is none, the attempt is `unavailable`.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`, at once, for an option that cannot work.
 * @see pstorage-discovery(7), Discovery via DNS records
 */
export function dnsResolver(options: DnsResolverOptions = {}): Resolver {
  const { clock = systemClock, random = systemRandom } = options
  const given = givenSettings(options, clock)
  const fixed = fixedSettings(given)
  const shared: SharedContext = {
    stub: new StubResolver(clock, oneOf('caseRandomization', options.caseRandomization ?? false, [false, true])),
    random,
    service: parseDomain(options.service ?? '_pstorage._tcp'),
    clustersRecord: parseDomain(options.clustersRecord ?? 'pstorage_clusters'),
    tsigKey: checkedTransferKey(options.tsigKey),
    wallClock: options.wallClock ?? Date.now,
    axfr: oneOf('axfr', options.axfr ?? 'auto', ['auto', 'always', 'never']),
    sameDomainTargets: oneOf('targets', options.targets ?? 'any', ['any', 'same-domain']) === 'same-domain',
    limits: checkedTransferLimits(options.transferLimits),
    wildcards: new WildcardProbes(clock),
  }

  /** Answers with the settings of this moment, and closes what they have opened. */
  const withSettings = async (
    question: Question<DiscoverEvent> | Question<ResolveEvent>,
    words: AskingWords,
    answer: (settings: StubSettings) => Promise<void>,
  ): Promise<void> => {
    const settings = await currentSettings(given, question, words)
    if (settings === undefined) return
    try {
      await answer(settings)
    } finally {
      settings.channel.close()
    }
  }

  return createResolver({
    name: 'dns',
    clock,
    discover(question) {
      const words = { method: 'dns-txt', target: nameToText(shared.clustersRecord) }
      return withSettings(question, words, (settings) => discoverNames(contextOf(question, settings, shared)))
    },
    resolve(cluster, question) {
      if (fixed !== undefined) return resolveService(contextOf(question, fixed, shared), cluster)
      const words = { method: 'dns-srv', target: nameToText([...shared.service, cluster]) }
      return withSettings(question, words, (settings) => resolveService(contextOf(question, settings, shared), cluster))
    },
    async dispose() {
      shared.stub.close()
    },
  })
}

function givenSettings({ servers, domains, resolvConf, ...options }: DnsResolverOptions, clock: Clock): GivenSettings {
  const tls = checkedTls(options.tls)
  if (servers?.length === 0) throw new DiscoveryError('ERR_OPTION_INVALID', 'servers is empty; leave it out')
  if (domains?.length === 0) throw new DiscoveryError('ERR_OPTION_INVALID', 'domains is empty; leave it out')
  return {
    servers: servers === undefined ? undefined : parseServers(servers, tls === undefined ? DNS_PORT : TLS_PORT),
    domains: domains === undefined ? undefined : parseDomains(domains),
    resolvConf,
    plain: plainChannel(clock),
    tls: tls === undefined ? undefined : new CurrentTlsChannel(tls),
    system: new CurrentSystemSettings(),
  }
}

function oneOf<Word extends string | boolean>(option: string, value: Word, allowed: readonly Word[]): Word {
  if (allowed.includes(value)) return value
  const message = `${option} is ${quoteText(String(value))}; it must be one of ${allowed.join(', ')}`
  throw new DiscoveryError('ERR_OPTION_INVALID', message)
}
