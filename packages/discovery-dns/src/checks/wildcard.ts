import { type CheckDescription, type Finding, finding } from '@pstorage/discovery-core/checks'
import { nameToText } from '@pstorage/dns-message'
import type { WildcardFacts, ZoneFacts } from './zone-facts.js'
import { zoneLine } from './zone-line.js'
import { zoneRemedy } from './zone-remedy.js'

/** Whether names that nobody has written are answered. */
export const wildcardCheck: CheckDescription = {
  id: 'dns-wildcard',
  checks: 'no wildcard answers for clusters that do not exist',
  levels: ['ok', 'warning'],
}

/** Looks for wildcards. */
export function* checkWildcards(facts: ZoneFacts): Iterable<Finding> {
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
  const lines = records.data.map((data) => zoneLine(owner, records.ttl, data))
  return [zoneRemedy(facts, { replaces: lines.join('\n'), text: '' })]
}
