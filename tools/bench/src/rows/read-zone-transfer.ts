import { authorityData, MessageWriter, RecordClass, RecordType, serviceData, wireName } from '@pstorage/dns-message'
import type { Row } from '../row.js'
import { messageRow } from './message-row.js'

const nameOf = (...labels: readonly string[]) => wireName([...labels, 'pstorage', 'test'])

// Some name servers compress the targets, though RFC 2782 forbids it.
const writer = new MessageWriter({ compression: 'multicast' })
writer.addQuestion(nameOf(), RecordType.AXFR, RecordClass.IN)
const numbers = { serial: 1, refresh: 3600, retry: 900, expire: 589_824, minimum: 60 }
const authority = authorityData(nameOf('ns1'), nameOf('hostmaster'), numbers)
writer.addRRset('answers', nameOf(), { type: RecordType.SOA, ttl: 3600, data: [authority] })
for (let cluster = 0; cluster < 500; cluster++) {
  const owner = nameOf('_pstorage', '_tcp', `c${cluster}`)
  const targets = [0, 1, 2].map((host) => nameOf(`mds${(cluster * 3 + host) % 90}`))
  const data = targets.map((target) => serviceData(10, 10, 2510, target))
  writer.addRRset('answers', owner, { type: RecordType.SRV, ttl: 3600, data })
}

export const readZoneTransfer: Row = messageRow(
  'read-zone-transfer',
  'Read a message of a zone transfer with 1,500 SRV',
  writer.finish({ id: 0x1234, response: true, authoritative: true }),
)
