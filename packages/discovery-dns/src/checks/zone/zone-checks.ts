import { type CheckDescription, type Finding, finding } from '@pstorage/discovery-core/checks'
import { type Name, nameToText, type RecordData } from '@pstorage/dns-message'
import { checkSrvHosts, hostAddressCheck, hostAliasCheck, hostUsableCheck } from './srv-hosts.js'
import { checkSrvRecords, srvOrderCheck, srvPortCheck, srvPresentCheck, srvTargetCheck } from './srv-records.js'
import {
  checkTxtComplete,
  checkTxtPresent,
  checkTxtRecords,
  txtCaseCheck,
  txtCompleteCheck,
  txtDuplicatesCheck,
  txtFullCheck,
  txtMinusCheck,
  txtNamesCheck,
  txtPresentCheck,
} from './txt-records.js'
import type { RecordSet, WildcardFacts, ZoneFacts } from './zone-facts.js'
import { formatZoneLine, zoneRemedy } from './zone-line.js'

/** The longest TTL in seconds, a day: a fault that is kept longer lasts too long. */
const MOST = 86_400
/** The shortest TTL in seconds; below it nearly every query goes to the servers. */
const LEAST = 5

/** The check of the TTLs. */
const ttlCheck: CheckDescription = {
  id: 'dns-ttl',
  checks: `records may be kept for ${LEAST} seconds to a day`,
  levels: ['ok', 'notice', 'warning'],
}

/** The check that there is no wildcard. */
const wildcardCheck: CheckDescription = {
  id: 'dns-wildcard',
  checks: 'no wildcard answers for clusters that do not exist',
  levels: ['ok', 'warning'],
}

/** The checks of the records of clusters in a zone, from servers, a transfer or a file. */
export const zoneChecks: readonly CheckDescription[] = [
  txtPresentCheck,
  txtNamesCheck,
  txtMinusCheck,
  txtDuplicatesCheck,
  txtCaseCheck,
  txtFullCheck,
  txtCompleteCheck,
  srvPresentCheck,
  srvTargetCheck,
  srvPortCheck,
  srvOrderCheck,
  hostAddressCheck,
  hostAliasCheck,
  hostUsableCheck,
  ttlCheck,
  wildcardCheck,
]

/** Checks the records of clusters in a zone. @param isOnlyDomain no other domain has clusters, or the wanted one */
export function* checkZoneFacts(facts: ZoneFacts, isOnlyDomain: boolean): Iterable<Finding> {
  yield* checkTxtPresent(facts, isOnlyDomain)
  yield* checkTxtRecords(facts)
  yield* checkTxtComplete(facts)
  yield* checkSrvRecords(facts, isOnlyDomain)
  yield* checkSrvHosts(facts)
  yield* checkTtls(facts)
  yield* checkWildcards(facts)
  const { clustersLeftOut, clusters, domain } = facts
  if (clustersLeftOut === 0) return
  yield finding(srvPresentCheck, 'warning', {
    subject: nameToText(domain),
    seen: `not checked: ${clustersLeftOut} more clusters; only the first ${clusters.length} were looked at`,
    meaning: 'name a cluster to have it checked, or allow a zone transfer',
    checked: false,
  })
}

/** Checks the TTLs of all records that lead to a metadata server. */
function* checkTtls(facts: ZoneFacts): Iterable<Finding> {
  const { list, listOwner, clusters, hosts, domain } = facts
  const sets: readonly (readonly [Name, RecordSet<'TXT' | 'SRV' | 'A' | 'AAAA'>])[] = [
    [listOwner, list],
    ...clusters.map(({ owner, srv }) => [owner, srv] as const),
    ...[...hosts.values()].map(({ host, addresses }) => [host, addresses] as const),
  ]
  let isFine = true
  let known = 0
  for (const [owner, set] of sets) {
    if (set.kind !== 'found' || set.ttl === undefined) continue
    known += 1
    if (set.ttl >= LEAST && set.ttl <= MOST) continue
    isFine = false
    yield ttlFinding(facts, set.isAlias ? set.owner : owner, { ttl: set.ttl, data: set.data })
  }
  if (isFine && known > 0) {
    yield finding(ttlCheck, 'ok', { subject: nameToText(domain), seen: `${known} sets of records: ${ttlCheck.checks}` })
  }
}

function ttlFinding(
  facts: ZoneFacts,
  owner: Name,
  { ttl, data }: { readonly ttl: number; readonly data: readonly RecordData[] },
): Finding {
  const isShort = ttl < LEAST
  const better = isShort ? 300 : MOST
  return finding(ttlCheck, isShort ? 'warning' : 'notice', {
    subject: nameToText(owner),
    seen: `the TTL of its ${data[0]?.kind} records is ${ttl} s`,
    meaning: isShort
      ? 'no cache may keep the answer: each lookup goes to the name servers, and fails with them'
      : 'a change takes as long to be seen everywhere',
    remedies: [
      zoneRemedy(facts, {
        replaces: data.map((record) => formatZoneLine(owner, ttl, record)).join('\n'),
        text: data.map((record) => formatZoneLine(owner, better, record)).join('\n'),
      }),
    ],
  })
}

/** Checks for wildcards. */
function* checkWildcards(facts: ZoneFacts): Iterable<Finding> {
  const { wildcards, domain, list } = facts
  for (const wildcard of wildcards) {
    const { owner, type } = wildcard
    const subject = nameToText(owner)
    const isWritten = owner.includes('*')
    yield finding(wildcardCheck, 'warning', {
      subject,
      seen: isWritten ? `is a wildcard of ${type} records` : `there are ${type} records of a name that was made up`,
      meaning:
        type === 'SRV'
          ? 'every cluster seems to exist: a misspelt name leads to the servers of another cluster'
          : 'what it says is taken for the list of clusters',
      remedies: remediesOf(facts, wildcard),
    })
  }
  if (wildcards.length > 0 || list.kind === 'unknown') return
  yield finding(wildcardCheck, 'ok', { subject: nameToText(domain), seen: wildcardCheck.checks })
}

function remediesOf(facts: ZoneFacts, { owner, records }: WildcardFacts) {
  if (records.kind !== 'found') return []
  const lines = records.data.map((data) => formatZoneLine(owner, records.ttl, data))
  return [zoneRemedy(facts, { replaces: lines.join('\n'), text: '' })]
}
