import { canonicalAddress } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  type Finding,
  type FindingLevel,
  finding,
  type Remedy,
} from '@pstorage/discovery-core/checks'
import { type Name, nameToText, type ServiceData } from '@pstorage/dns-message'
import type { ClusterFacts, ZoneFacts } from './zone-facts.js'
import { formatZoneLine, formatZoneName, SUGGESTED_TTL, zoneRemedy } from './zone-line.js'

/** The check that every listed cluster has SRV records. */
export const srvPresentCheck: CheckDescription = {
  id: 'dns-srv-present',
  checks: 'every cluster that TXT lists has SRV records',
  levels: ['ok', 'warning', 'error'],
  follows: ['dns-server-answers', 'dns-server-tcp', 'dns-server-zone'],
}

/** The check that ports are not 0. */
export const srvPortCheck: CheckDescription = {
  id: 'dns-srv-port',
  checks: 'no SRV record has the port 0',
  levels: ['ok', 'error'],
}

/** The check that targets are host names. */
export const srvTargetCheck: CheckDescription = {
  id: 'dns-srv-target',
  checks:
    'the target of every SRV record is a host name: neither an address nor ".", which says that there is no service',
  levels: ['ok', 'notice', 'warning'],
}

/** Checks the SRV records of all clusters. @param isOnlyDomain no other domain has the wanted one */
export function* checkSrvRecords(facts: ZoneFacts, isOnlyDomain: boolean): Iterable<Finding> {
  const findings: Finding[] = []
  const usual = usualPorts(facts.clusters)
  for (const cluster of facts.clusters) {
    findings.push(...checkPresent(facts, cluster, isOnlyDomain))
    if (cluster.srv.kind !== 'found') continue
    for (const record of cluster.srv.data) findings.push(...checkRecord(facts, cluster, record, usual))
  }
  yield* findings
  const { length: all } = facts.clusters
  const present = facts.clusters.filter(({ srv }) => srv.kind === 'found')
  if (present.length === 0) return
  const subject = nameToText([...facts.service, '*', ...facts.domain])
  const seen = `${present.length} of ${all} cluster${all === 1 ? '' : 's'} ${present.length === 1 ? 'has' : 'have'} SRV records`
  for (const check of [srvPresentCheck, srvPortCheck, srvOrderCheck, srvTargetCheck]) {
    if (findings.some(({ check: id }) => id === check.id)) continue
    yield finding(check, 'ok', { subject, seen: check === srvPresentCheck ? seen : check.checks })
  }
}

function* checkPresent(
  facts: ZoneFacts,
  { name, owner, srv, listed }: ClusterFacts,
  isOnlyDomain: boolean,
): Iterable<Finding> {
  const subject = nameToText(owner)
  const isWanted = facts.wanted !== undefined
  if (srv.kind === 'unknown') {
    const meaning = `the addresses of ${name} are not known`
    yield finding(srvPresentCheck, 'error', { subject, seen: `not checked: ${srv.why}`, meaning, checked: false })
  } else if (srv.kind === 'none' && (listed || (isWanted && isOnlyDomain))) {
    yield finding(srvPresentCheck, isWanted && listed ? 'error' : 'warning', {
      subject,
      seen: listed ? `${name} is listed by TXT, and has no SRV record (${srv.why})` : `there is none (${srv.why})`,
      meaning: listed ? `${name} is known, and its metadata servers are not` : `${name} is not in this domain`,
      // A cluster that nothing lists may be a misspelling, for which nothing is to be created.
      remedies: listed ? [zoneRemedy(facts, { text: suggestedLines(facts, owner) })] : [],
    })
  }
}

function* checkRecord(
  facts: ZoneFacts,
  { owner, srv }: ClusterFacts,
  record: ServiceData,
  usual: ReadonlySet<number>,
): Iterable<Finding> {
  const ttl = srv.kind === 'found' ? srv.ttl : undefined
  const subject = nameToText(owner)
  const target = nameToText(record.target)
  const replaces = formatZoneLine(owner, ttl, record)
  const replacement = (
    check: CheckDescription,
    level: FindingLevel,
    seen: string,
    meaning: string,
    text: string,
  ): Finding => {
    const remedies: readonly Remedy[] = [zoneRemedy(facts, { replaces, text })]
    return finding(check, level, { subject, seen, meaning, remedies })
  }
  if (record.target.length === 0) {
    const meaning = 'that is how RFC 2782 says that the service is decidedly not available here'
    yield replacement(srvTargetCheck, 'notice', 'the target is "."', meaning, '')
    return
  }
  const literal = literalOf(record.target)
  if (literal !== undefined) {
    const host: Name = [`mds-${literal.replaceAll('.', '-')}`, ...facts.domain]
    const lines = [
      formatZoneLine(owner, ttl, { ...record, target: host }),
      formatZoneLine(host, ttl, { kind: 'A', address: literal }),
    ]
    const seen = `the target ${target} is an address`
    const meaning = 'RFC 2782 wants a host name: other clients look it up in vain'
    yield replacement(srvTargetCheck, 'warning', seen, meaning, lines.join('\n'))
  }
  const likely = likelyFields(record, usual)
  if (likely !== undefined) {
    const { priority, weight, port } = record
    const seen = `priority ${priority}, weight ${weight} and port ${port} of ${target} seem to be out of order`
    const meaning =
      `an SRV record has priority, weight and port, in this order, so that clients try port ${port}; ` +
      `probably meant: priority ${likely.priority}, weight ${likely.weight}, port ${likely.port}`
    yield replacement(srvOrderCheck, 'warning', seen, meaning, formatZoneLine(owner, ttl, { ...record, ...likely }))
  } else if (record.port === 0) {
    const text = formatZoneLine(owner, ttl, { ...record, port: usualPort(srv) })
    yield replacement(
      srvPortCheck,
      'error',
      `the port of ${target} is 0`,
      'nothing listens there, so it is left out',
      text,
    )
  }
}

/** Returns the port of the other records of the cluster, if they agree. */
function usualPort(srv: ClusterFacts['srv']): number {
  const ports = new Set(srv.kind === 'found' ? srv.data.flatMap(({ port }) => (port === 0 ? [] : [port])) : [])
  const [port = MDS_PORT] = ports
  return ports.size === 1 ? port : MDS_PORT
}

/** Returns the address that a target is, as `192.0.2.1.` is read as four labels. */
export function literalOf(target: Name): string | undefined {
  return target.length === 4 ? canonicalAddress(target.join('.')) : undefined
}

function suggestedLines({ domain }: ZoneFacts, owner: Name): string {
  const host = `<HOST>.${formatZoneName(domain)}`
  return [
    `${formatZoneName(owner)} ${SUGGESTED_TTL} IN SRV 0 1 ${MDS_PORT} ${host}`,
    `${host} ${SUGGESTED_TTL} IN A <ADDRESS>`,
  ].join('\n')
}

/** The port of metadata servers. */
const MDS_PORT = 2_510

/** The least port of services that need no privilege; priorities and weights are nearly always lower. */
const LEAST_PORT = 1_024

/** Lower ports that are in use: FTP to DNS, HTTP, HTTPS, and the services that are published by SRV (RFC 6335). */
const knownPorts: ReadonlySet<number> = new Set([
  20, 21, 22, 23, 25, 53, 80, 88, 110, 111, 123, 135, 139, 143, 161, 179, 389, 427, 443, 445, 464, 465, 500, 514, 515,
  543, 544, 548, 554, 563, 587, 593, 631, 636, 646, 691, 749, 750, 853, 860, 873, 902, 989, 990, 992, 993, 995,
])

/** The check of the order of the fields. */
export const srvOrderCheck: CheckDescription = {
  id: 'dns-srv-order',
  checks: 'the fields of every SRV record are in order: priority, weight, port',
  levels: ['ok', 'warning'],
}

/** Returns the ports of those records of clusters whose fields are certainly in order. */
function usualPorts(clusters: readonly ClusterFacts[]): ReadonlySet<number> {
  const records = clusters.flatMap(({ srv }) => (srv.kind === 'found' ? srv.data : []))
  const inOrder = records.filter(({ priority, weight, port }) => {
    return port >= LEAST_PORT && priority < LEAST_PORT && weight < LEAST_PORT
  })
  return new Set([MDS_PORT, ...inOrder.map(({ port }) => port)])
}

/**
 * Guesses the intended fields when the port seems to be in the position of another one; `undefined` when there is no sign of
 * that. A record with a plausible port is left as it is.
 *
 * @param usual the ports of metadata servers, from {@link usualPorts}
 */
function likelyFields(
  record: ServiceData,
  usual: ReadonlySet<number>,
): Pick<ServiceData, 'priority' | 'weight' | 'port'> | undefined {
  const { priority, weight, port } = record
  if (port >= LEAST_PORT || record.target.length === 0) return undefined
  if (isPortInstead(priority, { weight, port, usual })) return fieldsOf(priority, weight, port)
  // Weights may be large, so that a weight above the least port proves nothing.
  const isWeight = usual.has(weight) || (port === 0 && weight >= LEAST_PORT)
  return isWeight && priority < LEAST_PORT ? fieldsOf(weight, priority, port) : undefined
}

function isPortInstead(
  priority: number,
  { weight, port, usual }: Pick<ServiceData, 'weight' | 'port'> & { readonly usual: ReadonlySet<number> },
): boolean {
  if (usual.has(priority)) return !usual.has(weight)
  return priority >= LEAST_PORT && weight < LEAST_PORT && !knownPorts.has(port)
}

/** Takes the smaller of the other two for the priority, as that begins at 0. */
function fieldsOf(port: number, one: number, other: number): Pick<ServiceData, 'priority' | 'weight' | 'port'> {
  return { priority: Math.min(one, other), weight: Math.max(one, other), port }
}
