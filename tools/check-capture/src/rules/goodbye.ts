import { nameToText, RecordType, recordTypeName } from '@pstorage/dns-message'
import { type Finding, type Rule, recordKey, recordsOf } from '../traffic.js'

/** Section 10.1: at the end all is taken back, except what other hosts say as well. */
export const goodbye: Rule = ({ own }) => {
  const open = new Map<string, Finding>()
  for (const { at, message, isMulticast } of own) {
    if (!message.header.response || !isMulticast) continue
    for (const record of recordsOf(message)) {
      const isSharedByAll = record.name[0] === '_services'
      if (isSharedByAll || record.type === RecordType.NSEC) continue
      const problem = `never takes back ${recordTypeName(record.type)} ${nameToText(record.name)}`
      if (record.ttl === 0) open.delete(recordKey(record))
      else open.set(recordKey(record), { at, section: '10.1', problem })
    }
  }
  return [...open.values()]
}
