import { nameToText, RecordType, recordTypeName } from '@pstorage/dns-message'
import { type Finding, PORT, type Rule, recordsOf } from '../traffic.js'

/** Section 10.2: the cache-flush bit is set in unique records of responses to port 5353, and nowhere else. */
export const cacheFlush: Rule = ({ own }) =>
  own.flatMap(({ at, to, message }) => {
    return recordsOf(message).flatMap(({ name, type, class: recordClass }): readonly Finding[] => {
      const isWanted = message.header.response && to.port === PORT && type !== RecordType.PTR
      if (((recordClass & 0x8000) !== 0) === isWanted) return []
      const problem = `the cache-flush bit is ${isWanted ? 'missing' : 'set'} in ${recordTypeName(type)} ${nameToText(name)}`
      return [{ at, section: '10.2', problem }]
    })
  })
