import { recordTypeName } from '@pstorage/dns-message'
import { type Finding, PORT, type Rule, recordKey } from '../traffic.js'

/** Section 7.1: the known answers of a question are not sent where it is the only one. */
export const knownAnswers: Rule = ({ own, others }) =>
  own.flatMap(({ at, message, isMulticast }): readonly Finding[] => {
    if (!message.header.response || !isMulticast) return []
    const queries = others.filter((other) => {
      const { header, questions } = other.message
      const isRecent = other.at <= at && at - other.at <= 120
      return isRecent && !header.response && questions.length > 0 && other.from.port === PORT
    })
    const [query, ...more] = queries
    if (query === undefined || more.length > 0) return []
    const known = new Map(query.message.answers.map((record) => [recordKey(record), record.ttl]))
    return message.answers.flatMap((record): readonly Finding[] => {
      const ttl = known.get(recordKey(record))
      if (ttl === undefined || ttl < record.ttl / 2 || message.answers.length > 1) return []
      return [{ at, section: '7.1', problem: `tells ${recordTypeName(record.type)}, which the querier knows` }]
    })
  })
