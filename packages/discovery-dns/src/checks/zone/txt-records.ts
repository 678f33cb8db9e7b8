import { clusterNameKey, quoteText } from '@pstorage/discovery-core'
import { type CheckDescription, type Finding, finding, type Remedy } from '@pstorage/discovery-core/checks'
import { nameToText, type TextData } from '@pstorage/dns-message'
import {
  decodeString,
  encodeStrings,
  FULL_STRING,
  isFull,
  itemsOf,
  validNames,
  withoutDuplicates,
} from './txt-items.js'
import type { ClusterFacts, ZoneFacts } from './zone-facts.js'
import { formatZoneLine, formatZoneName, SUGGESTED_TTL, zoneRemedy } from './zone-line.js'

/** The check that every item of the TXT records is a cluster name. */
export const txtNamesCheck: CheckDescription = {
  id: 'dns-txt-names',
  checks: 'every item of the TXT records is a cluster name: letters, digits, "-" and "_", 1 to 63',
  levels: ['ok', 'warning'],
}

/** The check that dashes are the ASCII one. */
export const txtMinusCheck: CheckDescription = {
  id: 'dns-txt-minus',
  checks: 'no name has a typographic dash, such as the U+2212 that is pasted from the manual page',
  levels: ['ok', 'error'],
}

/** The check that each name is listed once. */
export const txtDuplicatesCheck: CheckDescription = {
  id: 'dns-txt-duplicates',
  checks: 'no name is listed twice',
  levels: ['ok', 'notice'],
}

/** The check that names differ in more than letter case. */
export const txtCaseCheck: CheckDescription = {
  id: 'dns-txt-case',
  checks: 'no two names differ in letter case alone',
  levels: ['ok', 'warning'],
}

/** The check that no string may have been cut. */
export const txtFullCheck: CheckDescription = {
  id: 'dns-txt-full',
  checks: `no string is exactly ${FULL_STRING} octets long, which may have cut its last name`,
  levels: ['ok', 'warning'],
}

/** Checks the items of the TXT records. */
export function* checkTxtRecords(facts: ZoneFacts): Iterable<Finding> {
  const { list, listOwner } = facts
  if (list.kind !== 'found') return
  const subject = nameToText(listOwner)
  const findings: Finding[] = list.data.flatMap((record) => [...checkRecord(facts, record)])
  findings.push(...checkRepeats(facts))
  yield* findings
  for (const check of [txtNamesCheck, txtMinusCheck, txtDuplicatesCheck, txtCaseCheck, txtFullCheck]) {
    if (findings.every(({ check: id }) => id !== check.id)) yield finding(check, 'ok', { subject, seen: check.checks })
  }
}

function* checkRecord(facts: ZoneFacts, record: TextData): Iterable<Finding> {
  const subject = nameToText(facts.listOwner)
  const remedies = [correctRecord(facts, record)]
  for (const string of record.strings) {
    for (const { text, fault, intended } of itemsOf(string)) {
      const quoted = quoteText(text, { maxLength: 80 })
      if (intended !== undefined) {
        const seen = `${quoted} has a typographic dash where "-" is meant`
        yield finding(txtMinusCheck, 'error', {
          subject,
          seen,
          meaning: `the cluster ${intended} is not listed`,
          remedies,
        })
      } else if (fault !== undefined) {
        const seen = `${quoted} is no cluster name: ${fault}`
        yield finding(txtNamesCheck, 'warning', { subject, seen, meaning: 'it is left out', remedies })
      }
    }
    if (isFull(string)) {
      const end = quoteText(decodeString(string).slice(-30))
      const seen = `a string of exactly ${FULL_STRING} octets ends in ${end}`
      const meaning = 'its last name may have been cut, and names no cluster then'
      yield finding(txtFullCheck, 'warning', { subject, seen, meaning, remedies })
    }
  }
}

/** Checks for names that are listed several times, in one spelling or in several: one finding for each. */
function* checkRepeats(facts: ZoneFacts): Iterable<Finding> {
  const { list } = facts
  if (list.kind !== 'found') return
  const subject = nameToText(facts.listOwner)
  const names = new Map<string, { spellings: Set<string>; count: number; last: TextData }>()
  for (const record of list.data) {
    for (const name of validNames(record.strings)) {
      const known = names.get(clusterNameKey(name)) ?? { spellings: new Set<string>(), count: 0, last: record }
      known.spellings.add(name)
      names.set(clusterNameKey(name), { ...known, count: known.count + 1, last: record })
    }
  }
  for (const { spellings, count, last } of names.values()) {
    const [first, ...others] = spellings
    if (others.length > 0) {
      const seen = `${[...spellings].join(' and ')} differ in letter case alone`
      const meaning = `DNS cannot tell them apart; ${first} is shown`
      yield finding(txtCaseCheck, 'warning', { subject, seen, meaning, remedies: [correctRecord(facts, last)] })
    } else if (count > 1) {
      const seen = `${first} is listed ${count} times`
      const meaning = 'it counts once'
      yield finding(txtDuplicatesCheck, 'notice', { subject, seen, meaning, remedies: [correctRecord(facts, last)] })
    }
  }
}

/** Creates the remedy that corrects a record, without the names that earlier records have. */
function correctRecord({ list, listOwner, ...zone }: ZoneFacts, record: TextData): Remedy {
  const { ttl, data }: { ttl: number | undefined; data: readonly TextData[] } =
    list.kind === 'found' ? list : { ttl: undefined, data: [] }
  const before = new Set(
    data
      .slice(0, data.indexOf(record))
      .flatMap(({ strings }) => validNames(strings))
      .map(clusterNameKey),
  )
  const names = validNames(record.strings).filter((name) => {
    const key = clusterNameKey(name)
    const isNew = !before.has(key)
    before.add(key)
    return isNew
  })
  const text = names.length === 0 ? '' : formatZoneLine(listOwner, ttl, { kind: 'TXT', strings: encodeStrings(names) })
  return zoneRemedy(zone, { replaces: formatZoneLine(listOwner, ttl, record), text })
}

/** The check that the names of clusters are published. */
export const txtPresentCheck: CheckDescription = {
  id: 'dns-txt-present',
  checks: 'TXT records list the clusters of the domain',
  levels: ['ok', 'notice', 'warning', 'error'],
  follows: ['dns-server-answers', 'dns-server-tcp', 'dns-server-zone', 'dns-txt-names', 'dns-txt-minus'],
}

/** The check that TXT lists every cluster that has addresses. */
export const txtCompleteCheck: CheckDescription = {
  id: 'dns-txt-complete',
  checks: 'TXT lists every cluster that has SRV records, as far as a transfer or the command names them',
  levels: ['ok', 'warning'],
  follows: ['dns-txt-minus'],
}

/** Checks that there are TXT records. @param isOnlyDomain no other domain has clusters */
export function* checkTxtPresent(facts: ZoneFacts, isOnlyDomain: boolean): Iterable<Finding> {
  const { list, listOwner, clusters, origin } = facts
  const subject = nameToText(listOwner)
  if (list.kind === 'unknown') {
    yield finding(txtPresentCheck, 'error', {
      subject,
      seen: `not checked: ${list.why}`,
      meaning: 'the clusters of this domain are not known',
      checked: false,
    })
  } else if (list.kind === 'found') {
    const count = withoutDuplicates(list.data.flatMap(({ strings }) => validNames(strings))).length
    if (count > 0) {
      const seen = `lists ${count} cluster${count === 1 ? '' : 's'} (${origin})`
      yield finding(txtPresentCheck, 'ok', { subject, seen })
    } else {
      const remedies = [
        zoneRemedy(facts, {
          text: lineFor(
            facts,
            clusters.filter(({ srv }) => srv.kind === 'found'),
          ),
        }),
      ]
      const seen = 'is there, and lists no cluster'
      const meaning = 'discover finds no cluster here'
      const items = list.data.flatMap(({ strings }) => strings.flatMap((string) => [...itemsOf(string)]))
      const follows = items.length > 0 ? [txtNamesCheck.id, txtMinusCheck.id] : []
      yield finding(txtPresentCheck, 'warning', { subject, seen, meaning, remedies, follows })
    }
  } else {
    const named = clusters.filter(({ srv }) => srv.kind === 'found')
    yield finding(txtPresentCheck, named.length > 0 || isOnlyDomain ? 'warning' : 'notice', {
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
  const items = list.data.flatMap(({ strings }) => strings.flatMap((string) => [...itemsOf(string)]))
  const intended = new Set(items.flatMap(({ intended }) => (intended === undefined ? [] : [clusterNameKey(intended)])))
  for (const cluster of missing) {
    yield finding(txtCompleteCheck, 'warning', {
      subject,
      seen: `does not list ${cluster.name}, which has SRV records`,
      meaning: 'it can be resolved, and discover does not show it',
      remedies: [zoneRemedy(facts, { text: lineFor(facts, [cluster]) })],
      follows: intended.has(clusterNameKey(cluster.name)) ? [txtMinusCheck.id] : [],
    })
  }
  if (missing.length === 0 && withServers.length > 0 && isWhole) {
    yield finding(txtCompleteCheck, 'ok', { subject, seen: 'lists every cluster that has SRV records' })
  }
}

function lineFor({ list, listOwner }: ZoneFacts, clusters: readonly ClusterFacts[]): string {
  const ttl = list.kind === 'found' ? list.ttl : undefined
  const names = withoutDuplicates(clusters.map(({ name }) => name))
  if (names.length === 0) return `${formatZoneName(listOwner)} ${SUGGESTED_TTL} IN TXT "<CLUSTER>"`
  return formatZoneLine(listOwner, ttl, { kind: 'TXT', strings: encodeStrings(names) })
}
