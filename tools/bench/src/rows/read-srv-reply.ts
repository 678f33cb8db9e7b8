import { addressData, MessageWriter, RecordClass, RecordType, serviceData, wireName } from '@pstorage/dns-message'
import type { Row } from '../row.js'
import { messageRow } from './message-row.js'

const cluster = ['cluster1', 'pstorage', 'test']
const owner = wireName(['_pstorage', '_tcp', ...cluster])
const hosts = [1, 2, 3].map((host) => ({
  name: wireName([`mds${host}`, ...cluster]),
  address: addressData(`10.0.0.${host}`)?.data ?? '',
}))

// Some name servers compress the targets, though RFC 2782 forbids it.
const writer = new MessageWriter({ compression: 'multicast' })
writer.addQuestion(owner, RecordType.SRV, RecordClass.IN)
const data = hosts.map(({ name }) => serviceData(10, 10, 2510, name))
writer.addRRset('answers', owner, { type: RecordType.SRV, ttl: 3600, data })
for (const { name, address } of hosts) {
  writer.addRRset('additionals', name, { type: RecordType.A, ttl: 3600, data: [address] })
}

export const readSrvReply: Row = messageRow(
  'read-srv-reply',
  'Read a reply of 3 SRV and 3 A',
  writer.finish({ id: 0x1234, response: true, authoritative: true }),
)
