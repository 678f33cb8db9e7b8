import { MessageWriter, RecordClass, RecordType, textData, wireName } from '@pstorage/dns-message'
import type { Row } from '../row.js'
import { messageRow } from './message-row.js'

const owner = wireName(['pstorage_clusters', 'pstorage', 'test'])
const data = [textData(['cluster1,cluster2', 'cluster3,cluster4']), textData(['cluster5'])]

const writer = new MessageWriter()
writer.addQuestion(owner, RecordType.TXT, RecordClass.IN)
writer.addRRset('answers', owner, { type: RecordType.TXT, ttl: 3600, data })

export const readTxtReply: Row = messageRow(
  'read-txt-reply',
  'Read a reply of 2 TXT with 3 strings',
  writer.finish({ id: 0x1234, response: true, authoritative: true }),
)
