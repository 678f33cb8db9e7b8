import { type CheckDescription, type Finding, finding } from '@pstorage/discovery-core/checks'
import { nameToText } from '@pstorage/dns-message'
import { goodNames, stringsOf, withoutDuplicates } from './txt-items.js'
import type { ClusterFacts, ZoneFacts } from './zone-facts.js'
import { SUGGESTED_TTL, zoneLine, zoneName } from './zone-line.js'
import { zoneRemedy } from './zone-remedy.js'

/** Whether the names of clusters are published. */
export const txtPresentCheck: CheckDescription = {
  id: 'dns-txt-present',
  checks: 'TXT records list the clusters of the domain',
  levels: ['ok', 'notice', 'warning', 'error'],
}

/** Whether TXT lists every cluster that has addresses. */
export const txtCompleteCheck: CheckDescription = {
  id: 'dns-txt-complete',
  checks: 'TXT lists every cluster that has SRV records, as far as a transfer or the command names them',
  levels: ['ok', 'warning'],
}

/** @param isOnlyHope whether no other domain has clusters either */
export function* checkTxtPresent(facts: ZoneFacts, isOnlyHope: boolean): Iterable<Finding> {
  const { list, listOwner, clusters, origin } = facts
  const subject = nameToText(listOwner)
  if (list.kind === 'unknown') {
    yield finding(txtPresentCheck, 'error', {
      subject,
      seen: `not checked: ${list.why}`,
      meaning: 'nobody can tell which clusters there are in this domain',
      checked: false,
    })
  } else if (list.kind === 'found') {
    const count = withoutDuplicates(list.data.flatMap(({ strings }) => goodNames(strings))).length
    if (count > 0) {
      const seen = `lists ${count} cluster${count === 1 ? '' : 's'} (${origin})`
      yield finding(txtPresentCheck, 'ok', { subject, seen })
    } else {
      const remedies = [zoneRemedy(facts, { text: lineFor(facts, clusters) })]
      const seen = 'is there, and lists no cluster'
      yield finding(txtPresentCheck, 'warning', { subject, seen, meaning: 'discover finds no cluster here', remedies })
    }
  } else {
    const named = clusters.filter(({ srv }) => srv.kind === 'found')
    yield finding(txtPresentCheck, named.length > 0 || isOnlyHope ? 'warning' : 'notice', {
      subject,
      seen: `there is none (${list.why})`,
      meaning: 'discover finds the clusters of this domain by zone transfer alone, where that is allowed',
      remedies: [zoneRemedy(facts, { text: lineFor(facts, named) })],
    })
  }
}

/** Compares SRV with TXT. */
export function* checkTxtComplete(facts: ZoneFacts): Iterable<Finding> {
  const { list, listOwner, clusters, isWhole } = facts
  if (list.kind !== 'found') return
  const subject = nameToText(listOwner)
  const withServers = clusters.filter(({ srv }) => srv.kind === 'found')
  const missing = withServers.filter(({ listed }) => !listed)
  for (const cluster of missing) {
    yield finding(txtCompleteCheck, 'warning', {
      subject,
      seen: `does not list ${cluster.name}, which has SRV records`,
      meaning: 'it can be resolved, and discover does not show it',
      remedies: [zoneRemedy(facts, { text: lineFor(facts, [cluster]) })],
    })
  }
  if (missing.length === 0 && withServers.length > 0 && isWhole) {
    yield finding(txtCompleteCheck, 'ok', { subject, seen: 'lists every cluster that has SRV records' })
  }
}

function lineFor({ list, listOwner, wanted }: ZoneFacts, clusters: readonly ClusterFacts[]): string {
  const ttl = list.kind === 'found' ? list.ttl : undefined
  const names = withoutDuplicates([...clusters.map(({ name }) => name), ...(wanted === undefined ? [] : [wanted])])
  if (names.length === 0) return `${zoneName(listOwner)} ${SUGGESTED_TTL} IN TXT "<CLUSTER>"`
  return zoneLine(listOwner, ttl, { kind: 'TXT', strings: stringsOf(names) })
}
