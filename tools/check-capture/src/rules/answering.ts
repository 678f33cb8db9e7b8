import { RecordType } from '@pstorage/dns-message'
import { type Finding, type Heard, questionKey, type Rule, SLACK } from '../traffic.js'

/** Section 6: what others may answer too waits 20 to 120 ms, or 400 to 500 ms where known answers are still coming. */
export const answering: Rule = ({ own, others }) =>
  own.flatMap((heard): readonly Finding[] => {
    const { at, message } = heard
    const pointers = message.answers.filter(({ type, ttl }) => type === RecordType.PTR && ttl > 0)
    const isAnnouncement = message.answers.length > pointers.length
    if (!message.header.response || pointers.length === 0 || isAnnouncement) return []
    const keys = new Set(pointers.map(questionKey))
    const asked = [...own, ...others].filter(
      (other) => other.at <= at && at - other.at < LONGEST_MEMORY && asks(other, keys),
    )
    const delays = asked.map((query) => at - query.at)
    const isRight = asked.some(({ message: { header } }, index) => {
      const delay = delays[index] ?? 0
      const [shortest, longest] = header.truncated ? [400, 500] : [20, 120]
      return delay >= shortest - SLACK && delay <= longest + LATEST
    })
    const problem = `answers after ${delays.map(Math.round).join(', ') || 'no question and not'} ms`
    return isRight ? [] : [{ at, section: '6', problem }]
  })

const LONGEST_MEMORY = 1_000
/** Tolerance of timers. */
const LATEST = 50

function asks({ message }: Heard, keys: ReadonlySet<string>): boolean {
  return !message.header.response && message.questions.some((question) => keys.has(questionKey(question)))
}
