import { equalNames, nameToText, RecordType, type ResourceRecord } from '@pstorage/dns-message'
import { type Finding, isProbe, questionKey, type Rule, recordKey } from '../traffic.js'

/**
 * Section 7.1: a question that is asked again lists most of the answers that were heard, as long as more than half of their time
 * is left, and none of which less is left.
 */
export const knownAnswerLists: Rule = ({ own, others }) => {
  const findings: Finding[] = []
  const heard = new Map<string, Known>()
  const asked = new Set<string>()
  const ownMessages = new Set(own)
  const all = [...own, ...others].toSorted((a, b) => a.at - b.at)
  for (const [index, { at, message, isMulticast }] of all.entries()) {
    if (message.header.response) {
      if (!isMulticast) continue
      for (const record of message.answers)
        if (record.type === RecordType.PTR) heard.set(recordKey(record), { record, at })
      continue
    }
    const current = all[index]
    if (current === undefined || !ownMessages.has(current) || !isMulticast || isProbe(message)) continue
    // The list goes on in what the same host sends right behind.
    const behind = all.slice(index + 1).filter((one) => ownMessages.has(one) && one.at - at < CONTINUATION)
    const rest = behind.filter((one) => one.message.questions.length === 0 && !one.message.header.response)
    const listed = [...message.answers, ...rest.flatMap((one) => one.message.answers)]
    const keys = new Set(listed.map(recordKey))
    for (const question of message.questions) {
      const what = nameToText(question.name)
      const isRepeated = asked.has(questionKey(question))
      asked.add(questionKey(question))
      const known = [...heard.values()].filter(({ record }) => equalNames(record.name, question.name))
      const left = known.filter((one) => at - one.at > NEWS && shareLeft(one, at) > 0.5 + MARGIN)
      const missing = left.filter(({ record }) => !keys.has(recordKey(record))).length
      // What is in doubt is asked for without being listed (section 10.4), and a capture does not show who doubts what.
      if (isRepeated && missing > left.length / 2) {
        findings.push({
          at,
          section: '7.1',
          problem: `asks for ${what} again without ${missing} of ${left.length} known answers`,
        })
      }
    }
    for (const record of listed) {
      const original = heard.get(recordKey(record))?.record.ttl ?? 0
      if (record.ttl >= original * (0.5 - MARGIN)) continue
      findings.push({
        at,
        section: '7.1',
        problem: `lists ${nameToText(record.name)} with ${record.ttl} s left of ${original}`,
      })
    }
  }
  return findings
}

interface Known {
  readonly record: ResourceRecord
  readonly at: number
}

function shareLeft({ record, at }: Known, now: number): number {
  return 1 - (now - at) / (record.ttl * 1_000)
}

/** Milliseconds in which the messages of one list follow each other. */
const CONTINUATION = 50
/** Milliseconds within which a message that has arrived may not have been read yet. */
const NEWS = 100
/** Lifetimes are listed in whole seconds. */
const MARGIN = 0.05
