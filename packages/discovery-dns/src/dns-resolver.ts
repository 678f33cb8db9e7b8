import { networkInterfaces } from 'node:os'
import {
  type Clock,
  checkOptionNames,
  createResolver,
  type DiscoverEvent,
  DiscoveryError,
  type QueryContext,
  quoteText,
  type Random,
  type ResolveEvent,
  type Resolver,
  systemClock,
  systemRandom,
} from '@pstorage/discovery-core'
import { type Name, nameToText } from '@pstorage/dns-message'
import {
  type AttemptSubject,
  currentSettings,
  fixedSettings,
  type SettingsOptions,
  type StubSettings,
} from './client/current-settings.js'
import { StubResolver } from './client/stub-resolver.js'
import { CurrentSystemSettings } from './config/current-system-settings.js'
import { parseDomains, parseLabels } from './config/domain-name.js'
import { DNS_PORT, parseServers } from './config/name-server.js'
import { checkedTransferKey, readTransferKey, type TsigKeyOption } from './config/transfer-key.js'
import { checkedTransferLimits, type TransferLimits } from './config/transfer-limits.js'
import { type AxfrMode, contextOf, type DnsContext, type SharedContext } from './lookup/dns-context.js'
import { resolveService } from './lookup/resolve-service.js'
import { lookUpNames } from './lookup/txt-lookup.js'
import { WildcardProbes } from './lookup/wildcard-probes.js'
import type { Denials } from './reply/denial.js'
import { transferNames } from './transfer/transfer-lookup.js'
import { CurrentTlsTransport } from './transport/tls/current-tls-channel.js'
import { checkedTls, type TlsOptions } from './transport/tls/tls-options.js'
import { TLS_PORT } from './transport/tls/tls-socket.js'
import { readTlsTrust } from './transport/tls/tls-trust.js'
import { plainTransport } from './transport/transport.js'

/** Options of {@link dnsResolver}. All of it is optional. */
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
  /** Labels before the cluster name in the owner of SRV records; default `_pstorage._tcp`. */
  readonly service?: string | undefined
  /** Labels before the domain in the owner of the TXT records with the names; default `pstorage_clusters`. */
  readonly clustersRecord?: string | undefined
  /**
   * Signs zone transfers and their questions (TSIG, RFC 8945), and believes only what is signed with it too: a key, or
   * `{ file }` with one in BIND's format, read anew for each question. Default: nothing is signed.
   */
  readonly tsigKey?: TsigKeyOption | undefined
  /** Use of zone transfers for names: `auto` (default) where TXT answered without names. */
  readonly axfr?: AxfrMode | undefined
  /** `same-domain` refuses SRV targets outside of the domain that was asked; default `any`. */
  readonly targets?: 'any' | 'same-domain' | undefined
  /**
   * The denials that count: `proven` (default) where the answer proves with the SOA record of its zone that there is nothing
   * (RFC 2308 section 2), `any` also those without such a record, for servers that are known to send none, such as dnsmasq
   * for the zones that it makes itself. All other rules hold either way, and the attempt says that the proof was waived.
   */
  readonly denials?: Denials | undefined
  /**
   * Sends the letters of questions in random case, and ignores replies that do not repeat it, which makes forging harder
   * ("0x20"). Default false, as some servers do not repeat it.
   */
  readonly caseRandomization?: boolean | undefined
  /** Limits of one zone transfer. */
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

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof DnsResolverOptions, 'list' | 'other'>> = {
  servers: 'list',
  domains: 'list',
  tls: 'other',
  service: 'other',
  clustersRecord: 'other',
  tsigKey: 'other',
  axfr: 'other',
  targets: 'other',
  denials: 'other',
  caseRandomization: 'other',
  transferLimits: 'other',
  resolvConf: 'other',
  clock: 'other',
  wallClock: 'other',
  random: 'other',
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
  return dnsResolverOn(systemAddresses, options)
}

/** Creates the resolver for a host with these addresses; tests bring their own. */
export function dnsResolverOn(ownAddresses: () => readonly string[], options: DnsResolverOptions): Resolver {
  checkOptionNames('dnsResolver', options, optionNames)
  const { clock = systemClock, random = systemRandom } = options
  const given = givenSettings(options, clock)
  const fixed = fixedSettings(given)
  const shared: SharedContext = {
    stub: new StubResolver(
      clock,
      oneOf('caseRandomization', options.caseRandomization ?? false, [false, true]),
      oneOf<Denials>('denials', options.denials ?? 'proven', ['proven', 'any']),
    ),
    random,
    service: parseLabels(options.service ?? '_pstorage._tcp'),
    clustersRecord: parseLabels(options.clustersRecord ?? 'pstorage_clusters'),
    tsigKey: checkedTransferKey(options.tsigKey),
    wallClock: options.wallClock ?? Date.now,
    axfr: oneOf('axfr', options.axfr ?? 'auto', ['auto', 'always', 'never']),
    sameDomainTargets: oneOf('targets', options.targets ?? 'any', ['any', 'same-domain']) === 'same-domain',
    limits: checkedTransferLimits(options.transferLimits),
    wildcards: new WildcardProbes(clock),
    ownAddresses,
  }

  /** Answers with the settings of this moment, and closes what they have opened. */
  const withSettings = async (
    query: QueryContext<DiscoverEvent> | QueryContext<ResolveEvent>,
    words: AttemptSubject,
    answer: (settings: StubSettings) => Promise<void>,
  ): Promise<void> => {
    const settings = await currentSettings(given, query, words)
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
    discover(query) {
      const words = { method: 'dns-txt', target: nameToText(shared.clustersRecord) }
      return withSettings(query, words, (settings) => discoverNames(contextOf(query, settings, shared)))
    },
    resolve(cluster, query) {
      if (fixed !== undefined) return resolveService(contextOf(query, fixed, shared), cluster)
      const words = { method: 'dns-srv', target: nameToText([...shared.service, cluster]) }
      return withSettings(query, words, (settings) => resolveService(contextOf(query, settings, shared), cluster))
    },
    async dispose() {
      shared.stub.close()
    },
  })
}

/** Returns the addresses of the interfaces of this host. */
function systemAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((own = []) => own.map(({ address }) => address))
}

function givenSettings(
  { servers, domains, resolvConf, ...options }: DnsResolverOptions,
  clock: Clock,
): SettingsOptions {
  const tls = checkedTls(options.tls)
  if (servers?.length === 0) throw new DiscoveryError('ERR_OPTION_INVALID', 'servers is empty; leave it out')
  if (domains?.length === 0) throw new DiscoveryError('ERR_OPTION_INVALID', 'domains is empty; leave it out')
  return {
    servers: servers === undefined ? undefined : parseServers(servers, tls === undefined ? DNS_PORT : TLS_PORT),
    domains: domains === undefined ? undefined : parseDomains(domains),
    resolvConf,
    plain: plainTransport(clock),
    tls: tls === undefined ? undefined : new CurrentTlsTransport(tls),
    system: new CurrentSystemSettings(),
  }
}

function oneOf<Word extends string | boolean>(option: string, value: Word, allowed: readonly Word[]): Word {
  if (allowed.includes(value)) return value
  const message = `${option} is ${quoteText(String(value))}; it must be one of ${allowed.join(', ')}`
  throw new DiscoveryError('ERR_OPTION_INVALID', message)
}

/**
 * Reads the files that options name: the key that signs transfers, and the CAs of name servers. A resolver reads them for each
 * question, and a file that cannot be used then makes an attempt `unavailable`; so a program that was given a file checks it at the start.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for a file that cannot be read, or used; the message names it and says why
 */
export async function checkOptionFiles(options: Pick<DnsResolverOptions, 'tsigKey' | 'tls'>): Promise<void> {
  const [key, tls] = [checkedTransferKey(options.tsigKey), checkedTls(options.tls)]
  const results = [
    key === undefined ? undefined : await readTransferKey(key),
    tls === undefined ? undefined : await readTlsTrust(tls),
  ]
  for (const result of results) {
    if (result?.kind === 'failed') throw new DiscoveryError('ERR_OPTION_INVALID', result.error.message)
  }
}

/** Lists the clusters of all search domains at once: by TXT, and by zone transfer as the mode says. */
async function discoverNames(context: DnsContext): Promise<void> {
  await Promise.all(context.settings.domains.map((domain) => discoverIn(context, domain)))
}

async function discoverIn(context: DnsContext, domain: Name): Promise<void> {
  const { axfr, query } = context
  if (axfr === 'always') {
    await Promise.all([lookUpNames(context, domain), transferNames(context, domain)])
    return
  }
  let transfer: Promise<void> | undefined
  const transferOnce = (): void => {
    if (axfr === 'auto') transfer ??= transferNames(context, domain)
  }
  // A denial may still have to be confirmed, which need not hold the transfer back.
  const result = await lookUpNames(context, domain, { denied: transferOnce })
  if (result === 'no names') transferOnce()
  if (transfer !== undefined) return transfer
  const why =
    axfr === 'never' ? 'switched off' : result === 'names' ? 'not needed: TXT has names' : 'TXT was not answered'
  query.startAttempt({ method: 'dns-axfr', target: nameToText(domain) }).finish('skipped', { detail: why })
}
