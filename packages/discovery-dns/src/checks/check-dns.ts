import { setMaxListeners } from 'node:events'
import { type CheckDescription, type Finding, finding } from '@pstorage/discovery-core/checks'
import { type Name, nameKey, nameToText } from '@pstorage/dns-message'
import { linkedAbort } from '../linked-abort.js'
import type { NameServer } from '../name-server.js'
import { StubResolver } from '../stub-resolver.js'
import type { StubSettings } from '../stub-settings.js'
import { askZone } from './asked-zone.js'
import { type CheckDnsOptions, checkedDnsOptions, type DnsCheckSettings } from './check-options.js'
import { checkDomains, domainCheck } from './domains.js'
import { type HostSettings, hostSettings } from './host-settings.js'
import { checkResolvConf, checkSearchList, resolvConfCheck, searchListCheck } from './resolv-conf.js'
import { checkSerials, serialCheck } from './serials.js'
import { type ServerFacts, serverFacts } from './server-facts.js'
import { checkTransports, serverAnswersCheck, serverTcpCheck } from './server-transports.js'
import { checkServerZones, serverZoneCheck } from './server-zones.js'
import { keyFacts, type TransferFacts, transferFacts } from './transfer-facts.js'
import { checkTransfers, transferCheck, transferOpenCheck, tsigClockCheck, tsigKeyCheck } from './transfers.js'
import { writtenZone } from './written-zone.js'
import { checkZoneFacts, zoneChecks } from './zone-checks.js'
import type { HostFacts, ZoneFacts } from './zone-facts.js'
import { zoneFileCheck } from './zone-file.js'
import { ZoneLookups } from './zone-lookups.js'

/** All checks of DNS, in the order in which they are made. */
export const dnsChecks: readonly CheckDescription[] = [
  resolvConfCheck,
  searchListCheck,
  serverAnswersCheck,
  serverTcpCheck,
  serverZoneCheck,
  domainCheck,
  serialCheck,
  tsigKeyCheck,
  tsigClockCheck,
  transferOpenCheck,
  transferCheck,
  ...zoneChecks,
  zoneFileCheck,
]

/**
 * Looks at how this host asks name servers, at the servers, and at what the search domains say about clusters; and says
 * what works, what does not, and how to mend it. What one check has looked up, the others use too.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`; the reason of the signal
 */
export async function* checkDns(options: CheckDnsOptions = {}): AsyncGenerator<Finding, void, void> {
  yield* checkWith(checkedDnsOptions(options), 'host and zones')
}

/**
 * Looks at what name servers say about one domain alone: the part of {@link checkDns} that concerns a zone.
 *
 * @param domain instead of `domains`
 * @throws DiscoveryError `ERR_OPTION_INVALID`; the reason of the signal
 */
export async function* checkZone(
  domain: string,
  options: Omit<CheckDnsOptions, 'domains'> = {},
): AsyncGenerator<Finding, void, void> {
  yield* checkWith(checkedDnsOptions({ ...options, domains: [domain] }), 'zones')
}

async function* checkWith(
  checking: DnsCheckSettings,
  scope: 'host and zones' | 'zones',
): AsyncGenerator<Finding, void, void> {
  const over = linkedAbort(checking.signal)
  setMaxListeners(0, over.signal)
  const stub = new StubResolver(checking.clock)
  try {
    checking.signal.throwIfAborted()
    const host = await hostSettings(checking.host, over.signal)
    if (host.resolvConf !== undefined && scope === 'host and zones') {
      yield* checkResolvConf(host.resolvConf)
      yield* checkSearchList(host.resolvConf, host.settings.domains)
    }
    if (host.resolvConf?.fault === undefined) yield* checkFrom(host, { ...checking, signal: over.signal }, stub)
  } finally {
    over.abort(checksOver)
    stub.close()
  }
}

const checksOver = new Error('the checks are over')

async function* checkFrom(
  { settings, resolvConf, tlsFault }: HostSettings,
  checking: DnsCheckSettings,
  stub: StubResolver,
): AsyncGenerator<Finding, void, void> {
  if (tlsFault !== undefined) {
    const facts = { subject: 'TLS', seen: `not checked: ${tlsFault.message}`, meaning: 'no name server can be asked' }
    yield finding(serverAnswersCheck, 'error', { ...facts, checked: false })
    return
  }
  if (settings.domains.length === 0) return
  const { clock, signal, timeout } = checking
  const question = { stub, settings, clock, signal, patience: timeout / 2 }
  const servers = await Promise.all(settings.servers.map((server) => serverFacts(server, question)))
  checking.signal.throwIfAborted()
  yield* checkTransports(servers, resolvConf)
  yield* checkServerZones(servers, resolvConf)
  yield* checkDomains(servers)
  yield* checkSerials(servers)
  const way = wayOf(servers)
  if (way === 'none') {
    for (const domain of settings.domains) yield uncheckedDomain(domain)
    return
  }
  // Where UDP comes through from nobody, the rest is asked over TCP.
  const asking = way === 'tcp' ? { ...settings, options: { ...settings.options, useVc: true } } : settings
  yield* checkZones({ settings: asking, servers, stub }, checking)
}

function wayOf(servers: readonly ServerFacts[]): 'any' | 'tcp' | 'none' {
  const heard = servers.flatMap(({ transports }) => transports.filter(({ elapsed }) => elapsed !== undefined))
  if (heard.length === 0) return 'none'
  return heard.every(({ transport }) => transport === 'TCP') ? 'tcp' : 'any'
}

function uncheckedDomain(domain: Name): Finding {
  return finding(domainCheck, 'error', {
    subject: nameToText(domain),
    seen: 'not checked: no name server answers',
    meaning: 'nobody can tell which clusters there are in this domain',
    checked: false,
  })
}

interface Asking {
  readonly settings: StubSettings
  readonly servers: readonly ServerFacts[]
  readonly stub: StubResolver
}

interface CheckedDomain {
  readonly facts: ZoneFacts
  readonly transfers: TransferFacts | undefined
}

async function* checkZones(asking: Asking, checking: DnsCheckSettings): AsyncGenerator<Finding, void, void> {
  const { domains } = asking.settings
  const present = domains.filter((_, index) => !isAbsentOn(asking.servers, index))
  const checked = await Promise.all(present.map((domain) => checkDomain(domain, asking, checking)))
  checking.signal.throwIfAborted()
  for (const { facts, transfers } of checked) {
    const others = checked.filter((other) => other.facts !== facts)
    const namesByTxt = facts.list.kind === 'found'
    if (transfers !== undefined) yield* checkTransfers(transfers, { axfr: checking.axfr, namesByTxt })
    yield* checkZoneFacts(facts, !others.some((other) => hasClusters(other.facts)))
  }
}

function isAbsentOn(servers: readonly ServerFacts[], index: number): boolean {
  const zones = servers.flatMap(({ zones }) => zones[index] ?? [])
  return zones.some(({ isAbsent }) => isAbsent) && zones.every(({ isAbsent, fault }) => isAbsent || fault !== undefined)
}

function hasClusters({ clusters, wanted }: ZoneFacts): boolean {
  return clusters.some(({ listed, srv }) => srv.kind === 'found' || (wanted === undefined && listed))
}

async function checkDomain(
  domain: Name,
  { settings, servers, stub }: Asking,
  checking: DnsCheckSettings,
): Promise<CheckedDomain> {
  const { service, clustersRecord, cluster, axfr, tsigKey, clock, wallClock, random, timeout } = checking
  const over = linkedAbort(checking.signal)
  clock.sleep(timeout, over.signal).then(
    () => over.abort(checksOver),
    () => {},
  )
  try {
    const { signal } = over
    const apex = servers
      .flatMap(({ zones }) => zones)
      .find((zone) => zone.apex !== undefined && nameKey(zone.domain) === nameKey(domain))?.apex
    const origin = settings.servers.map(({ text }) => text).join(', ')
    const lookups = new ZoneLookups(stub, settings, over.ending)
    const place = { domain, apex, origin, service, clustersRecord, wanted: cluster }
    const key = await keyFacts(tsigKey)
    const transfers =
      axfr === 'never' || apex === undefined
        ? undefined
        : await transferFacts({
            apex,
            stub,
            settings,
            servers: transferableFrom(servers),
            key,
            clock,
            signal,
            wallClock,
            patience: timeout / (2 * servers.length),
          })
    if (apex === undefined || transfers?.records === undefined) {
      return { transfers, facts: await askZone({ ...place, lookups, random }) }
    }
    const written = writtenZone(transfers.records, { ...place, apex })
    return { transfers, facts: await withForeignHosts(written, lookups) }
  } finally {
    over.abort(checksOver)
  }
}

/** Those that have answered over a connection: what the others lack is said of them already. */
function transferableFrom(servers: readonly ServerFacts[]): readonly NameServer[] {
  const hasConnected = ({ transports }: ServerFacts): boolean =>
    transports.some(({ transport, elapsed }) => transport !== 'UDP' && elapsed !== undefined)
  return servers.filter(hasConnected).map(({ server }) => server)
}

/** Looks up the hosts that other zones have. */
async function withForeignHosts(facts: ZoneFacts, lookups: ZoneLookups): Promise<ZoneFacts> {
  const hosts = await Promise.all(
    [...facts.hosts].map(async ([key, known]): Promise<readonly [string, HostFacts]> => {
      if (known.addresses.kind !== 'unknown') return [key, known]
      return [key, { host: known.host, addresses: await lookups.addresses(known.host) }]
    }),
  )
  return { ...facts, hosts: new Map(hosts) }
}
