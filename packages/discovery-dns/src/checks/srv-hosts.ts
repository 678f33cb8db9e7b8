import { addressConcern } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  type Finding,
  type FindingLevel,
  finding,
  type Remedy,
} from '@pstorage/discovery-core/checks'
import { isSubdomainOf, type Name, nameKey, nameToText, type ServiceData } from '@pstorage/dns-message'
import { recordAddress } from '../record-address.js'
import { literalOf } from './srv-records.js'
import type { ClusterFacts, HostFacts, ZoneFacts } from './zone-facts.js'
import { SUGGESTED_TTL, zoneLine, zoneName } from './zone-line.js'
import { zoneRemedy } from './zone-remedy.js'

/** Whether targets have addresses. */
export const hostAddressCheck: CheckDescription = {
  id: 'dns-host-address',
  checks: 'the target of every SRV record has an A or AAAA record',
  levels: ['ok', 'warning', 'error'],
}

/** Whether targets are hosts themselves. */
export const hostAliasCheck: CheckDescription = {
  id: 'dns-host-alias',
  checks: 'no target of an SRV record is an alias (CNAME), which RFC 2782 forbids',
  levels: ['ok', 'warning'],
}

/** Whether a server can be at the addresses. */
export const hostUsableCheck: CheckDescription = {
  id: 'dns-host-usable',
  checks: 'the addresses of targets are ones that other hosts can reach',
  levels: ['ok', 'warning', 'error'],
}

/** Looks at the hosts that SRV records name, each once a cluster. */
export function* checkSrvHosts(facts: ZoneFacts): Iterable<Finding> {
  const found: Finding[] = []
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
      found.push(...checkAddresses(facts, cluster, { host, isAlone }))
      found.push(...checkAlias(facts, cluster, { host, record }))
      found.push(...checkUsable(facts, host))
    }
    found.push(...literalsOf(cluster).flatMap((host) => [...checkUsable(facts, host, 'literal')]))
  }
  yield* withoutRepeats(found)
  if (count === 0) return
  const subject = nameToText(facts.domain)
  for (const check of [hostAddressCheck, hostAliasCheck, hostUsableCheck]) {
    if (found.some(({ check: id }) => id === check.id)) continue
    yield finding(check, 'ok', { subject, seen: check.checks })
  }
}

interface HostOfCluster {
  readonly host: HostFacts
  readonly record: ServiceData
}

function* checkAddresses(
  facts: ZoneFacts,
  { name }: ClusterFacts,
  { host: { host, addresses }, isAlone }: { readonly host: HostFacts; readonly isAlone: boolean },
): Iterable<Finding> {
  if (addresses.kind === 'found') return
  const level: FindingLevel = isAlone ? 'error' : 'warning'
  const subject = nameToText(host)
  const meaning = isAlone ? `${name} has no metadata server with an address` : `this metadata server of ${name} is lost`
  if (addresses.kind === 'unknown') {
    yield finding(hostAddressCheck, level, { subject, seen: `not checked: ${addresses.why}`, meaning, checked: false })
    return
  }
  const text = `${zoneName(host)} ${SUGGESTED_TTL} IN A <ADDRESS>`
  const isOurs = isSubdomainOf(host, facts.apex ?? facts.domain)
  const remedies = [zoneRemedy(isOurs ? facts : { apex: undefined, domain: host.slice(1) }, { text })]
  yield finding(hostAddressCheck, level, {
    subject,
    seen: `has no A or AAAA record (${addresses.why})`,
    meaning,
    remedies,
  })
}

function* checkAlias(
  facts: ZoneFacts,
  { owner, srv }: ClusterFacts,
  { host: { host, addresses }, record }: HostOfCluster,
): Iterable<Finding> {
  if (addresses.kind !== 'found' || !addresses.isAlias || srv.kind !== 'found') return
  const replaces = zoneLine(owner, srv.ttl, record)
  const text = zoneLine(owner, srv.ttl, { ...record, target: addresses.owner })
  yield finding(hostAliasCheck, 'warning', {
    subject: nameToText(host),
    seen: `is an alias of ${nameToText(addresses.owner)}, and the target of ${nameToText(owner)}`,
    meaning: 'RFC 2782 forbids that: clients that keep to it find no address',
    remedies: [zoneRemedy(facts, { replaces, text })],
  })
}

/** @param kind that of the host: there is no A record to mend where the target is an address itself */
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
    const replaces = zoneLine(addresses.owner, addresses.ttl, data)
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

/** The records of a cluster whose targets are hosts. */
function targetsOf({ srv }: ClusterFacts): readonly ServiceData[] {
  if (srv.kind !== 'found') return []
  return srv.data.filter(({ target }) => target.length > 0 && literalOf(target) === undefined)
}

/** Addresses that stand where host names belong, as if they were the hosts. */
function literalsOf({ srv, owner }: ClusterFacts): readonly HostFacts[] {
  if (srv.kind !== 'found') return []
  return srv.data.flatMap(({ target: host }): readonly HostFacts[] => {
    const address = literalOf(host)
    if (address === undefined) return []
    const data = [{ kind: 'A', address } as const]
    return [{ host, addresses: { kind: 'found', data, ttl: srv.ttl, isAlias: false, owner } }]
  })
}

/** Hosts that serve many clusters are spoken of once for what does not depend on the cluster. */
function withoutRepeats(found: readonly Finding[]): Iterable<Finding> {
  const seen = new Map<string, Finding>()
  for (const each of found) seen.set(JSON.stringify([each.check, each.subject, each.seen]), each)
  return seen.values()
}

/** The hosts that have to be looked up for {@link checkSrvHosts}, each once. */
export function hostsOf(clusters: readonly ClusterFacts[]): readonly Name[] {
  const hosts = new Map<string, Name>()
  for (const cluster of clusters) for (const { target } of targetsOf(cluster)) hosts.set(nameKey(target), target)
  return [...hosts.values()]
}
