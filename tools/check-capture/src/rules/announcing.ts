import { RecordType } from '@pstorage/dns-message'
import { type Finding, type Rule, recordKey, SLACK } from '../traffic.js'

/**
 * Section 8.3: at least two announcements, the second a second after the first, and each wait at least twice as long as the last.
 * An announcement has services and pointers to them among its answers, which no answer to one question has.
 */
export const announcing: Rule = ({ own }) => {
  const times = new Map<string, number[]>()
  const ends = new Map<string, number>()
  for (const heard of own) {
    const { message, isMulticast } = heard
    if (!message.header.response || !isMulticast) continue
    const isAnnouncement = message.answers.some(({ type }) => type === RecordType.PTR)
    for (const record of message.answers) {
      const key = recordKey(record)
      if (record.ttl === 0) ends.set(key, heard.at)
      else if (isAnnouncement && record.type === RecordType.SRV) times.set(key, [...(times.get(key) ?? []), heard.at])
    }
  }
  const end = own.at(-1)?.at ?? 0
  return [...times].flatMap(([key, [first = 0, second, third]]): readonly Finding[] => {
    const section = '8.3'
    if (second === undefined) {
      const isCutShort = (ends.get(key) ?? end) < first + INTERVAL + LATEST
      return isCutShort ? [] : [{ at: first, section, problem: `announces only once: ${key}` }]
    }
    const [wait, next] = [second - first, (third ?? Number.POSITIVE_INFINITY) - second]
    if (wait < INTERVAL - SLACK) return [{ at: second, section, problem: `announces again after ${wait} ms` }]
    return next < 2 * wait - LATEST ? [{ at: second, section, problem: `announces again after ${next} ms` }] : []
  })
}

const INTERVAL = 1_000
/** Tolerance of timers. */
const LATEST = 200
