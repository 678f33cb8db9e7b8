import { setMaxListeners } from 'node:events'
import { type CheckDescription, type Finding, finding } from '@pstorage/discovery-core/checks'
import { type Name, nameKey, nameToText } from '@pstorage/dns-message'
import type { StubSettings } from '../client/current-settings.js'
import { StubResolver } from '../client/stub-resolver.js'
import type { NameServer } from '../config/name-server.js'
import { linkedAbort } from '../transport/connections.js'
import { type CheckDnsOptions, type DnsCheckSettings, validateDnsOptions } from './check-options.js'
import { hasReplied, queryServer, type ServerFacts } from './servers/server-facts.js'
import { checkTransports, serverAnswersCheck, serverTcpCheck } from './servers/server-transports.js'
import {
  checkDomains,
  checkSerials,
  checkServerZones,
  domainCheck,
  serialCheck,
  serverZoneCheck,
} from './servers/server-zones.js'
import { type HostSettings, readHostSettings } from './settings/host-settings.js'
import { checkResolvConf, checkSearchList, resolvConfCheck, searchListCheck } from './settings/resolv-conf.js'
import { queryTransfers, readKeyFacts, type TransferFacts } from './transfers/transfer-facts.js'
import {
  checkTransfers,
  transferCheck,
  transferOpenCheck,
  tsigClockCheck,
  tsigKeyCheck,
} from './transfers/transfers.js'
import { queryZone, ZoneLookups } from './zone/queried-zone.js'
import { readWrittenZone } from './zone/written-zone.js'
import { checkZoneFacts, zoneChecks } from './zone/zone-checks.js'
import type { HostFacts, ZoneFacts } from './zone/zone-facts.js'
import { zoneBindCheck, zoneFileCheck } from './zone/zone-file.js'

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
  zoneBindCheck,
]

/**
 * Checks the DNS settings of this host, the name servers, and the records of clusters in the search domains; yields
 * what works, what does not, and how to fix it. All checks share their lookups.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`; the reason of the signal
 */
export async function* checkDns(options: CheckDnsOptions = {}): AsyncGenerator<Finding, void, void> {
  yield* runChecks(validateDnsOptions('checkDns', options), 'host and zones')
}

/**
 * Checks one domain on its name servers: the part of {@link checkDns} that is about zones.
 *
 * @param domain replaces `domains`
 * @throws DiscoveryError `ERR_OPTION_INVALID`; the reason of the signal
 */
export async function* checkZone(
  domain: string,
  options: Omit<CheckDnsOptions, 'domains'> = {},
): AsyncGenerator<Finding, void, void> {
  yield* runChecks(validateDnsOptions('checkZone', { ...options, domains: [domain] }), 'zones')
}

async function* runChecks(
  checkSettings: DnsCheckSettings,
  scope: 'host and zones' | 'zones',
): AsyncGenerator<Finding, void, void> {
  const over = linkedAbort(checkSettings.signal)
  setMaxListeners(0, over.signal)
  const stub = new StubResolver(checkSettings.clock)
  try {
    checkSettings.signal.throwIfAborted()
    const host = await readHostSettings(checkSettings.host, over.signal)
    if (host.resolvConf !== undefined && scope === 'host and zones') {
      yield* checkResolvConf(host.resolvConf)
      yield* checkSearchList(host.resolvConf, host.settings.domains)
    }
    if (host.resolvConf?.fault === undefined) yield* checkServers(host, { ...checkSettings, signal: over.signal }, stub)
  } finally {
    over.abort(checksOver)
    stub.close()
  }
}

const checksOver = new Error('the checks are over')

async function* checkServers(
  { settings, resolvConf, tlsFault }: HostSettings,
  checkSettings: DnsCheckSettings,
  stub: StubResolver,
): AsyncGenerator<Finding, void, void> {
  if (tlsFault !== undefined) {
    const facts = { subject: 'TLS', seen: `not checked: ${tlsFault.message}`, meaning: 'no name server can be asked' }
    yield finding(serverAnswersCheck, 'error', { ...facts, checked: false })
    return
  }
  if (settings.domains.length === 0) return
  const { clock, signal, timeout } = checkSettings
  const query = { stub, settings, clock, signal, timeout: timeout / 2 }
  const servers = await Promise.all(settings.servers.map((server) => queryServer(server, query)))
  checkSettings.signal.throwIfAborted()
  yield* checkTransports(servers, resolvConf)
  yield* checkServerZones(servers, resolvConf)
  yield* checkDomains(servers)
  yield* checkSerials(servers)
  const transports = usableTransports(servers)
  if (transports === 'none') {
    for (const domain of settings.domains) yield uncheckedDomain(domain)
    return
  }
  // When no server answers over UDP, all further queries use TCP.
  const run = transports === 'tcp' ? { ...settings, options: { ...settings.options, useVc: true } } : settings
  yield* checkZones({ settings: run, servers, stub }, checkSettings)
}

function usableTransports(servers: readonly ServerFacts[]): 'any' | 'tcp' | 'none' {
  const answering = servers.flatMap(({ transports }) => transports.filter(({ elapsed }) => elapsed !== undefined))
  if (answering.length === 0) return 'none'
  return answering.every(({ transport }) => transport === 'TCP') ? 'tcp' : 'any'
}

function uncheckedDomain(domain: Name): Finding {
  return finding(domainCheck, 'error', {
    subject: nameToText(domain),
    seen: 'not checked: no name server answers',
    meaning: 'the clusters of this domain are not known',
    checked: false,
    follows: [serverAnswersCheck.id],
  })
}

interface CheckRun {
  readonly settings: StubSettings
  readonly servers: readonly ServerFacts[]
  readonly stub: StubResolver
}

interface DomainFacts {
  readonly facts: ZoneFacts
  readonly transfers: TransferFacts | undefined
}

async function* checkZones(run: CheckRun, checkSettings: DnsCheckSettings): AsyncGenerator<Finding, void, void> {
  const { domains } = run.settings
  const present = domains.filter((_, index) => !isAbsentOn(run.servers, index))
  const checked = await Promise.all(present.map((domain) => queryDomain(domain, run, checkSettings)))
  checkSettings.signal.throwIfAborted()
  for (const { facts, transfers } of checked) {
    const others = checked.filter((other) => other.facts !== facts)
    const namesByTxt = facts.list.kind === 'found'
    if (transfers !== undefined) yield* checkTransfers(transfers, { axfr: checkSettings.axfr, namesByTxt })
    const isOnlyDomain = !others.some((other) => hasClusters(other.facts))
    const follows = faultsAbout(facts.domain, run.servers)
    for (const each of checkZoneFacts(facts, isOnlyDomain)) yield each.checked ? each : { ...each, follows }
  }
}

/** Returns the checks that have found a fault of a server that keeps it from answering about a domain. */
function faultsAbout(domain: Name, servers: readonly ServerFacts[]): readonly string[] {
  const faults = servers.flatMap(({ zones, transports }) => [
    ...zones
      .filter((zone) => zone.fault !== undefined && nameKey(zone.domain) === nameKey(domain))
      .map(({ fault }) => (fault !== undefined && hasReplied(fault) ? serverZoneCheck.id : serverAnswersCheck.id)),
    ...transports
      .filter(({ transport, elapsed }) => transport === 'TCP' && elapsed === undefined)
      .map(() => serverTcpCheck.id),
  ])
  return [...new Set(faults)]
}

function isAbsentOn(servers: readonly ServerFacts[], index: number): boolean {
  const zones = servers.flatMap(({ zones }) => zones[index] ?? [])
  return zones.some(({ isAbsent }) => isAbsent) && zones.every(({ isAbsent, fault }) => isAbsent || fault !== undefined)
}

function hasClusters({ clusters, wanted }: ZoneFacts): boolean {
  return clusters.some(({ listed, srv }) => srv.kind === 'found' || (wanted === undefined && listed))
}

async function queryDomain(
  domain: Name,
  { settings, servers, stub }: CheckRun,
  checkSettings: DnsCheckSettings,
): Promise<DomainFacts> {
  const { service, clustersRecord, cluster, axfr, tsigKey, clock, wallClock, random, timeout } = checkSettings
  const over = linkedAbort(checkSettings.signal)
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
    const scope = { domain, apex, origin, service, clustersRecord, wanted: cluster }
    const key = await readKeyFacts(tsigKey)
    const transfers =
      axfr === 'never' || apex === undefined
        ? undefined
        : await queryTransfers({
            apex,
            stub,
            settings,
            servers: serversWithTcp(servers),
            key,
            clock,
            signal,
            wallClock,
            timeout: timeout / (2 * servers.length),
          })
    if (apex === undefined || transfers?.records === undefined) {
      return { transfers, facts: await queryZone({ ...scope, lookups, random }) }
    }
    const written = readWrittenZone(transfers.records, { ...scope, apex })
    return { transfers, facts: await addForeignHosts(written, lookups) }
  } finally {
    over.abort(checksOver)
  }
}

/** Returns the servers that have answered over a connection; the others have a finding about that already. */
function serversWithTcp(servers: readonly ServerFacts[]): readonly NameServer[] {
  const hasConnected = ({ transports }: ServerFacts): boolean =>
    transports.some(({ transport, elapsed }) => transport !== 'UDP' && elapsed !== undefined)
  return servers.filter(hasConnected).map(({ server }) => server)
}

/** Adds the addresses of hosts in other zones. */
async function addForeignHosts(facts: ZoneFacts, lookups: ZoneLookups): Promise<ZoneFacts> {
  const hosts = await Promise.all(
    [...facts.hosts].map(async ([key, known]): Promise<readonly [string, HostFacts]> => {
      if (known.addresses.kind !== 'unknown') return [key, known]
      return [key, { host: known.host, addresses: await lookups.addresses(known.host) }]
    }),
  )
  return { ...facts, hosts: new Map(hosts) }
}
