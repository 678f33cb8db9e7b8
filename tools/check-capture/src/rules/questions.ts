import { nameToText } from '@pstorage/dns-message'
import { type Finding, isProbe, questionKey, type Rule, SLACK } from '../traffic.js'

/** Section 5.2: a question is repeated after a second at the earliest, and then after at least twice the time each. */
export const questions: Rule = ({ own }) => {
  const findings: Finding[] = []
  const asked = new Map<string, { readonly at: number; readonly wait: number }>()
  for (const { at, message, isMulticast } of own) {
    if (message.header.response || !isMulticast || isProbe(message)) continue
    for (const question of message.questions) {
      const key = questionKey(question)
      const before = asked.get(key)
      const wait = at - (before?.at ?? Number.NEGATIVE_INFINITY)
      const least =
        before === undefined ? 0 : Math.max(1_000, Number.isFinite(before.wait) ? 2 * before.wait - LATEST : 0)
      const problem = `asks for ${nameToText(question.name)} again after ${Math.round(wait)} ms`
      if (wait < least - SLACK) findings.push({ at, section: '5.2', problem })
      asked.set(key, { at, wait })
    }
  }
  return findings
}

/** Tolerance of timers. */
const LATEST = 200
