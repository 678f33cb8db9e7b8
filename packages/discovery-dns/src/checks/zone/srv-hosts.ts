import { addressConcern } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  type Finding,
  type FindingLevel,
  finding,
  type Remedy,
  remedy,
} from '@pstorage/discovery-core/checks'
import { isSubdomainOf, type Name, nameKey, nameToText, type ServiceData } from '@pstorage/dns-message'
import { recordAddress } from '../../lookup/additional-addresses.js'
import { literalOf } from './srv-records.js'
import type { ClusterFacts, HostFacts, ZoneFacts } from './zone-facts.js'
import { formatZoneLine, formatZoneName, SUGGESTED_TTL, zoneRemedy } from './zone-line.js'

/** The check that targets have addresses. */
export const hostAddressCheck: CheckDescription = {
  id: 'dns-host-address',
  checks: 'the target of every SRV record has an A or AAAA record',
  levels: ['ok', 'warning', 'error'],
  follows: ['dns-server-answers', 'dns-server-tcp', 'dns-server-zone'],
}

/** The check that targets are no aliases. */
export const hostAliasCheck: CheckDescription = {
  id: 'dns-host-alias',
  checks: 'no target of an SRV record is an alias (CNAME), which RFC 2782 forbids',
  levels: ['ok', 'warning'],
}

/** The check that a server can have the addresses. */
export const hostUsableCheck: CheckDescription = {
  id: 'dns-host-usable',
  checks: 'the addresses of targets are ones that other hosts can reach',
  levels: ['ok', 'warning', 'error'],
}

/** Checks the targets of SRV records, each once a cluster. */
export function* checkSrvHosts(facts: ZoneFacts): Iterable<Finding> {
  const findings: Finding[] = []
  let count = 0
  for (const cluster of facts.clusters) {
    const targets = targetsOf(cluster)
    const hosts = targets.flatMap((record) => {
      const host = facts.hosts.get(nameKey(record.target))
      return host === undefined ? [] : [{ record, host }]
    })
    const isAlone = hosts.every(({ host: { addresses } }) => addresses.kind !== 'found')
    count += hosts.length
    for (const { record, host } of hosts) {
      findings.push(...checkAddresses(facts, cluster, { host, record, isAlone }))
      findings.push(...checkAlias(facts, cluster, { host, record }))
      findings.push(...checkUsable(facts, host))
    }
    findings.push(...literalsOf(cluster).flatMap((host) => [...checkUsable(facts, host, 'literal')]))
  }
  yield* withoutRepeats(findings)
  if (count === 0) return
  const subject = nameToText(facts.domain)
  for (const check of [hostAddressCheck, hostAliasCheck, hostUsableCheck]) {
    if (findings.some(({ check: id }) => id === check.id)) continue
    yield finding(check, 'ok', { subject, seen: check.checks })
  }
}

interface HostOfCluster {
  readonly host: HostFacts
  readonly record: ServiceData
}

function* checkAddresses(
  facts: ZoneFacts,
  { name, owner, srv }: ClusterFacts,
  { host: { host, addresses }, record, isAlone }: HostOfCluster & { readonly isAlone: boolean },
): Iterable<Finding> {
  if (addresses.kind === 'found') return
  const level: FindingLevel = isAlone ? 'error' : 'warning'
  const subject = nameToText(host)
  const meaning = isAlone ? `${name} has no metadata server with an address` : `this metadata server of ${name} is lost`
  if (addresses.kind === 'unknown' && addresses.isFiltered === true) {
    const seen = `its address is withheld: ${addresses.why}`
    yield finding(hostAddressCheck, level, { subject, seen, meaning, remedies: filterRemedies(facts, host) })
    return
  }
  if (addresses.kind === 'unknown') {
    yield finding(hostAddressCheck, level, { subject, seen: `not checked: ${addresses.why}`, meaning, checked: false })
    return
  }
  const target = withoutRepeatedZone(host, facts)
  if (target !== undefined && srv.kind === 'found') {
    const replaces = formatZoneLine(owner, srv.ttl, record)
    const text = formatZoneLine(owner, srv.ttl, { ...record, target })
    const seen = `has no A or AAAA record (${addresses.why}), and names its zone twice, as without the dot at its end`
    yield finding(hostAddressCheck, level, {
      subject,
      seen,
      meaning,
      remedies: [zoneRemedy(facts, { replaces, text })],
    })
    return
  }
  const text = `${formatZoneName(host)} ${SUGGESTED_TTL} IN A <ADDRESS>`
  const isOurs = isSubdomainOf(host, facts.apex ?? facts.domain)
  const remedies = [zoneRemedy(isOurs ? facts : { apex: undefined, domain: host.slice(1) }, { text })]
  yield finding(hostAddressCheck, level, {
    subject,
    seen: `has no A or AAAA record (${addresses.why})`,
    meaning,
    remedies,
  })
}

/** Returns the target that was meant where a name server has added the zone to a whole name; `undefined` where it has not. */
function withoutRepeatedZone(host: Name, { apex, domain }: ZoneFacts): Name | undefined {
  for (const zone of [apex ?? domain, domain]) {
    const target = host.slice(0, -zone.length)
    if (isSubdomainOf(host, zone) && target.length > zone.length && isSubdomainOf(target, zone)) return target
  }
  return undefined
}

/** Creates the remedies that exempt the domain from filters of private addresses; the host has a record already. */
function filterRemedies({ apex, domain }: ZoneFacts, host: Name): readonly Remedy[] {
  const zone = apex ?? domain
  const exempt = nameToText(isSubdomainOf(host, zone) ? zone : host)
  // The zone chooses the target. A slash in it would exempt other domains, and each resolver quotes otherwise.
  if (!/^[A-Za-z0-9._-]+$/.test(exempt)) return []
  const place = 'the resolver that answers so, if it filters private addresses'
  return [
    remedy({ kind: 'server', place, software: 'dnsmasq', text: `rebind-domain-ok=/${exempt}/` }),
    remedy({ kind: 'server', place, software: 'Unbound', text: `server:\n  private-domain: "${exempt}"` }),
  ]
}

function* checkAlias(
  facts: ZoneFacts,
  { owner, srv }: ClusterFacts,
  { host: { host, addresses }, record }: HostOfCluster,
): Iterable<Finding> {
  if (addresses.kind !== 'found' || !addresses.isAlias || srv.kind !== 'found') return
  const replaces = formatZoneLine(owner, srv.ttl, record)
  const text = formatZoneLine(owner, srv.ttl, { ...record, target: addresses.owner })
  yield finding(hostAliasCheck, 'warning', {
    subject: nameToText(host),
    seen: `is an alias of ${nameToText(addresses.owner)}, and the target of ${nameToText(owner)}`,
    meaning: 'RFC 2782 forbids that: clients that keep to it find no address',
    remedies: [zoneRemedy(facts, { replaces, text })],
  })
}

/** @param kind `literal` when the target is an address itself, and has no A record to fix */
function* checkUsable(
  facts: ZoneFacts,
  { host, addresses }: HostFacts,
  kind: 'host' | 'literal' = 'host',
): Iterable<Finding> {
  if (addresses.kind !== 'found') return
  for (const data of addresses.data) {
    const concern = addressConcern(recordAddress(data))
    if (concern === undefined) continue
    const isRefused = concern.level === 'refuse'
    const replaces = formatZoneLine(addresses.owner, addresses.ttl, data)
    const text = replaces.replace(data.address, '<ADDRESS>')
    const remedies: readonly Remedy[] = kind === 'literal' ? [] : [zoneRemedy(facts, { replaces, text })]
    yield finding(hostUsableCheck, isRefused ? 'error' : 'warning', {
      subject: nameToText(host),
      seen: `${data.address} ${concern.reason}`,
      meaning: isRefused ? 'no metadata server can be there, so it is left out' : 'other hosts do not reach it there',
      remedies,
    })
  }
}

/** Returns the records of a cluster whose targets are hosts. */
function targetsOf({ srv }: ClusterFacts): readonly ServiceData[] {
  if (srv.kind !== 'found') return []
  return srv.data.filter(({ target }) => target.length > 0 && literalOf(target) === undefined)
}

/** Returns the targets that are addresses, as hosts with that address. */
function literalsOf({ srv, owner }: ClusterFacts): readonly HostFacts[] {
  if (srv.kind !== 'found') return []
  return srv.data.flatMap(({ target: host }): readonly HostFacts[] => {
    const address = literalOf(host)
    if (address === undefined) return []
    const data = [{ kind: 'A', address } as const]
    return [{ host, addresses: { kind: 'found', data, ttl: srv.ttl, isAlias: false, owner } }]
  })
}

/** Removes repeated findings about hosts that serve many clusters. */
function withoutRepeats(findings: readonly Finding[]): Iterable<Finding> {
  const seen = new Map<string, Finding>()
  for (const each of findings) seen.set(JSON.stringify([each.check, each.subject, each.seen]), each)
  return seen.values()
}

/** Returns the hosts whose addresses {@link checkSrvHosts} needs, each once. */
export function hostsOf(clusters: readonly ClusterFacts[]): readonly Name[] {
  const hosts = new Map<string, Name>()
  for (const cluster of clusters) for (const { target } of targetsOf(cluster)) hosts.set(nameKey(target), target)
  return [...hosts.values()]
}
