import { equalNames, nameToText, recordTypeName } from '@pstorage/dns-message'
import { type Finding, isProbe, type Rule, recordKey, recordsOf, SLACK } from '../traffic.js'

/** Section 6: no record is sent to the group twice within a second, or within 250 ms where a host probes for its name. */
export const recordRate: Rule = ({ own, others }) => {
  const findings: Finding[] = []
  const last = new Map<string, number>()
  for (const { at, message, isMulticast } of own) {
    if (!message.header.response || !isMulticast) continue
    for (const record of recordsOf(message)) {
      if (record.ttl === 0) continue
      const gap = at - (last.get(recordKey(record)) ?? Number.NEGATIVE_INFINITY)
      last.set(recordKey(record), at)
      if (gap >= 1_000 - SLACK) continue
      const isDefence = others.some((other) => {
        const isNear = other.at <= at && at - other.at <= 300 && isProbe(other.message)
        return isNear && other.message.questions.some(({ name }) => equalNames(name, record.name))
      })
      if (isDefence && gap >= 250 - SLACK) continue
      const what = `${recordTypeName(record.type)} ${nameToText(record.name)}`
      findings.push({ at, section: '6', problem: `sends ${what} again after ${Math.round(gap)} ms` })
    }
  }
  return findings
}
