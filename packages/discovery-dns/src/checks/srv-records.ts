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
import { SUGGESTED_TTL, zoneLine, zoneName } from './zone-line.js'
import { zoneRemedy } from './zone-remedy.js'

/** The port of metadata servers. */
const MDS_PORT = 2_510

/** Whether every listed cluster has metadata servers. */
export const srvPresentCheck: CheckDescription = {
  id: 'dns-srv-present',
  checks: 'every cluster that TXT lists has SRV records',
  levels: ['ok', 'warning', 'error'],
}

/** Whether ports are ports. */
export const srvPortCheck: CheckDescription = {
  id: 'dns-srv-port',
  checks: 'no SRV record has the port 0',
  levels: ['ok', 'error'],
}

/** Whether targets are host names. */
export const srvTargetCheck: CheckDescription = {
  id: 'dns-srv-target',
  checks:
    'the target of every SRV record is a host name: neither an address nor ".", which says that there is no service',
  levels: ['ok', 'notice', 'warning'],
}

/** Looks at the SRV records of all clusters. @param isOnlyHope whether no other domain has the wanted one */
export function* checkSrvRecords(facts: ZoneFacts, isOnlyHope: boolean): Iterable<Finding> {
  const found: Finding[] = []
  for (const cluster of facts.clusters) {
    found.push(...checkPresent(facts, cluster, isOnlyHope))
    if (cluster.srv.kind !== 'found') continue
    for (const record of cluster.srv.data) found.push(...checkRecord(facts, cluster, record))
  }
  yield* found
  const { length: all } = facts.clusters
  const asked = facts.clusters.filter(({ srv }) => srv.kind === 'found')
  if (asked.length === 0) return
  const subject = nameToText([...facts.service, '*', ...facts.domain])
  const seen = `${asked.length} of ${all} cluster${all === 1 ? '' : 's'} ${asked.length === 1 ? 'has' : 'have'} SRV records`
  for (const check of [srvPresentCheck, srvPortCheck, srvTargetCheck]) {
    if (found.some(({ check: id }) => id === check.id)) continue
    yield finding(check, 'ok', { subject, seen: check === srvPresentCheck ? seen : check.checks })
  }
}

function* checkPresent(
  facts: ZoneFacts,
  { name, owner, srv, listed }: ClusterFacts,
  isOnlyHope: boolean,
): Iterable<Finding> {
  const subject = nameToText(owner)
  const isWanted = facts.wanted !== undefined
  if (srv.kind === 'unknown') {
    const meaning = `nobody can tell the addresses of ${name}`
    yield finding(srvPresentCheck, 'error', { subject, seen: `not checked: ${srv.why}`, meaning, checked: false })
  } else if (srv.kind === 'none' && (listed || (isWanted && isOnlyHope))) {
    yield finding(srvPresentCheck, isWanted && listed ? 'error' : 'warning', {
      subject,
      seen: listed ? `${name} is listed by TXT, and has no SRV record (${srv.why})` : `there is none (${srv.why})`,
      meaning: listed ? `${name} is known, and nobody finds its metadata servers` : `${name} is not in this domain`,
      remedies: [zoneRemedy(facts, { text: suggestedLines(facts, owner) })],
    })
  }
}

function* checkRecord(facts: ZoneFacts, { owner, srv }: ClusterFacts, record: ServiceData): Iterable<Finding> {
  const ttl = srv.kind === 'found' ? srv.ttl : undefined
  const subject = nameToText(owner)
  const target = nameToText(record.target)
  const replaces = zoneLine(owner, ttl, record)
  const about = (
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
    yield about(srvTargetCheck, 'notice', 'the target is "."', meaning, '')
    return
  }
  const literal = literalOf(record.target)
  if (literal !== undefined) {
    const host: Name = [`mds-${literal.replaceAll('.', '-')}`, ...facts.domain]
    const lines = [
      zoneLine(owner, ttl, { ...record, target: host }),
      zoneLine(host, ttl, { kind: 'A', address: literal }),
    ]
    const seen = `the target ${target} is an address`
    const meaning = 'RFC 2782 wants a host name: other clients look it up in vain'
    yield about(srvTargetCheck, 'warning', seen, meaning, lines.join('\n'))
  }
  if (record.port === 0) {
    const text = zoneLine(owner, ttl, { ...record, port: usualPort(srv) })
    yield about(srvPortCheck, 'error', `the port of ${target} is 0`, 'nothing listens there, so it is left out', text)
  }
}

/** The port that the other records of the cluster have, if they agree. */
function usualPort(srv: ClusterFacts['srv']): number {
  const ports = new Set(srv.kind === 'found' ? srv.data.flatMap(({ port }) => (port === 0 ? [] : [port])) : [])
  const [port = MDS_PORT] = ports
  return ports.size === 1 ? port : MDS_PORT
}

/** `192.0.2.1.` is read as four labels. */
export function literalOf(target: Name): string | undefined {
  return target.length === 4 ? canonicalAddress(target.join('.')) : undefined
}

function suggestedLines({ domain }: ZoneFacts, owner: Name): string {
  const host = `<HOST>.${zoneName(domain)}`
  return [
    `${zoneName(owner)} ${SUGGESTED_TTL} IN SRV 0 1 ${MDS_PORT} ${host}`,
    `${host} ${SUGGESTED_TTL} IN A <ADDRESS>`,
  ].join('\n')
}
