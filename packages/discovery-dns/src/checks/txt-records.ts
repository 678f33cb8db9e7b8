import { clusterNameKey, quoteText } from '@pstorage/discovery-core'
import { type CheckDescription, type Finding, finding, type Remedy } from '@pstorage/discovery-core/checks'
import { nameToText, type TextData } from '@pstorage/dns-message'
import { FULL_STRING, goodNames, isFull, itemsOf, stringsOf, stringText } from './txt-items.js'
import type { ZoneFacts } from './zone-facts.js'
import { zoneLine } from './zone-line.js'
import { zoneRemedy } from './zone-remedy.js'

/** Whether every item of the TXT records is a cluster name. */
export const txtNamesCheck: CheckDescription = {
  id: 'dns-txt-names',
  checks: 'every item of the TXT records is a cluster name: letters, digits, "-" and "_", 1 to 63',
  levels: ['ok', 'warning'],
}

/** Whether dashes are the ASCII one. */
export const txtMinusCheck: CheckDescription = {
  id: 'dns-txt-minus',
  checks: 'no name has a typographic dash, such as the U+2212 that is pasted from the manual page',
  levels: ['ok', 'error'],
}

/** Whether each name is listed once. */
export const txtDuplicatesCheck: CheckDescription = {
  id: 'dns-txt-duplicates',
  checks: 'no name is listed twice',
  levels: ['ok', 'notice'],
}

/** Whether names can be told apart. */
export const txtCaseCheck: CheckDescription = {
  id: 'dns-txt-case',
  checks: 'no two names differ in letter case alone',
  levels: ['ok', 'warning'],
}

/** Whether a string may have been cut. */
export const txtFullCheck: CheckDescription = {
  id: 'dns-txt-full',
  checks: `no string is exactly ${FULL_STRING} octets long, which may have cut its last name`,
  levels: ['ok', 'warning'],
}

/** Reads the records with the names, and says what is wrong in them. */
export function* checkTxtRecords(facts: ZoneFacts): Iterable<Finding> {
  const { list, listOwner } = facts
  if (list.kind !== 'found') return
  const subject = nameToText(listOwner)
  const found: Finding[] = list.data.flatMap((record) => [...faultsOfRecord(facts, record)])
  found.push(...repeatedNames(facts))
  yield* found
  for (const check of [txtNamesCheck, txtMinusCheck, txtDuplicatesCheck, txtCaseCheck, txtFullCheck]) {
    if (found.every(({ check: id }) => id !== check.id)) yield finding(check, 'ok', { subject, seen: check.checks })
  }
}

function* faultsOfRecord(facts: ZoneFacts, record: TextData): Iterable<Finding> {
  const subject = nameToText(facts.listOwner)
  const remedies = [mendedRecord(facts, record)]
  for (const string of record.strings) {
    for (const { text, fault, meant } of itemsOf(string)) {
      const quoted = quoteText(text, { maxLength: 80 })
      if (meant !== undefined) {
        const seen = `${quoted} has a typographic dash where "-" is meant`
        yield finding(txtMinusCheck, 'error', {
          subject,
          seen,
          meaning: `the cluster ${meant} is not listed`,
          remedies,
        })
      } else if (fault !== undefined) {
        const seen = `${quoted} is no cluster name: ${fault}`
        yield finding(txtNamesCheck, 'warning', { subject, seen, meaning: 'it is left out', remedies })
      }
    }
    if (isFull(string)) {
      const end = quoteText(stringText(string).slice(-30))
      const seen = `a string of exactly ${FULL_STRING} octets ends in ${end}`
      const meaning = 'its last name may have been cut, and names no cluster then'
      yield finding(txtFullCheck, 'warning', { subject, seen, meaning, remedies })
    }
  }
}

/** Names that stand there several times, in one spelling or in several: said once for each. */
function* repeatedNames(facts: ZoneFacts): Iterable<Finding> {
  const { list } = facts
  if (list.kind !== 'found') return
  const subject = nameToText(facts.listOwner)
  const places = new Map<string, { spellings: Set<string>; count: number; last: TextData }>()
  for (const record of list.data) {
    for (const name of goodNames(record.strings)) {
      const place = places.get(clusterNameKey(name)) ?? { spellings: new Set<string>(), count: 0, last: record }
      place.spellings.add(name)
      places.set(clusterNameKey(name), { ...place, count: place.count + 1, last: record })
    }
  }
  for (const { spellings, count, last } of places.values()) {
    const [first, ...others] = spellings
    if (others.length > 0) {
      const seen = `${[...spellings].join(' and ')} differ in letter case alone`
      const meaning = `DNS cannot tell them apart; ${first} is shown`
      yield finding(txtCaseCheck, 'warning', { subject, seen, meaning, remedies: [mendedRecord(facts, last)] })
    } else if (count > 1) {
      const seen = `${first} is listed ${count} times`
      const meaning = 'it counts once'
      yield finding(txtDuplicatesCheck, 'notice', { subject, seen, meaning, remedies: [mendedRecord(facts, last)] })
    }
  }
}

/** The record as it should be: what can be mended is, and what earlier records have already is left out. */
function mendedRecord({ list, listOwner, ...zone }: ZoneFacts, record: TextData): Remedy {
  const { ttl, data }: { ttl: number | undefined; data: readonly TextData[] } =
    list.kind === 'found' ? list : { ttl: undefined, data: [] }
  const before = new Set(
    data
      .slice(0, data.indexOf(record))
      .flatMap(({ strings }) => goodNames(strings))
      .map(clusterNameKey),
  )
  const names = goodNames(record.strings).filter((name) => {
    const key = clusterNameKey(name)
    const isNew = !before.has(key)
    before.add(key)
    return isNew
  })
  const text = names.length === 0 ? '' : zoneLine(listOwner, ttl, { kind: 'TXT', strings: stringsOf(names) })
  return zoneRemedy(zone, { replaces: zoneLine(listOwner, ttl, record), text })
}
