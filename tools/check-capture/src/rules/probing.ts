import { nameKey, RecordType } from '@pstorage/dns-message'
import { type Finding, isProbe, type Rule, SLACK } from '../traffic.js'

/** Section 8.1: a unique name is announced for the first time after three probes, 250 ms apart, and 250 ms after the last. */
export const probing: Rule = ({ own }) => {
  const findings: Finding[] = []
  const probes = new Map<string, number[]>()
  const announced = new Set<string>()
  for (const { at, message } of own) {
    if (isProbe(message)) {
      for (const { name } of message.questions) {
        const times = probes.get(nameKey(name)) ?? []
        const gap = at - (times.at(-1) ?? Number.NEGATIVE_INFINITY)
        if (gap < PROBE_INTERVAL - SLACK) findings.push({ at, section: '8.1', problem: `probes again after ${gap} ms` })
        probes.set(nameKey(name), [...times, at])
      }
    }
    if (!message.header.response) continue
    for (const { name, type, ttl } of message.answers) {
      const key = nameKey(name)
      if (type === RecordType.PTR || ttl === 0 || announced.has(key)) continue
      announced.add(key)
      findings.push(...firstAnnouncement(key, at, probes.get(key) ?? []))
    }
  }
  return findings
}

const PROBES = 3
const PROBE_INTERVAL = 250
/** Three probes take half a second; a host that is busy takes a little longer. */
const LONGEST_GAP = 500

function firstAnnouncement(name: string, at: number, times: readonly number[]): readonly Finding[] {
  const last = times.slice(-PROBES)
  const gaps = [...last.slice(1), at].map((time, index) => time - (last[index] ?? time))
  const isProbed = last.length === PROBES && gaps.every((gap) => gap >= PROBE_INTERVAL - SLACK && gap <= LONGEST_GAP)
  const problem = `announces ${name} after ${last.length} probes and gaps of ${gaps.map(Math.round).join(', ')} ms`
  return isProbed ? [] : [{ at, section: '8.1', problem }]
}
