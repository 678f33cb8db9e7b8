import { addressData, MessageWriter, RecordType, serviceData, textData, wireName } from '@pstorage/dns-message'
import type { Row } from '../row.js'
import { messageRow } from './message-row.js'

/** The class IN with the cache-flush bit (RFC 6762 section 10.2). */
const flush = 0x8001
const service = wireName(['_pstorage', '_tcp', 'local'])
const instance = wireName(['my-cluster', '_pstorage', '_tcp', 'local'])
const host = wireName(['storage-node-17', 'local'])
const list = wireName(['_services', '_dns-sd', '_udp', 'local'])

const writer = new MessageWriter({ compression: 'multicast' })
writer.addRRset('answers', list, { type: RecordType.PTR, ttl: 4500, data: [service] })
writer.addRRset('answers', service, { type: RecordType.PTR, ttl: 4500, data: [instance] })
const location = serviceData(10, 10, 2510, host)
writer.addRRset('additionals', instance, { type: RecordType.SRV, class: flush, ttl: 120, data: [location] })
const text = textData(['cluster=my-cluster', 'version=1'])
writer.addRRset('additionals', instance, { type: RecordType.TXT, class: flush, ttl: 4500, data: [text] })
for (const address of ['192.168.10.17', 'fe80::5054:ff:fe12:3456']) {
  const { type = 0, data = '' } = addressData(address) ?? {}
  writer.addRRset('additionals', host, { type, class: flush, ttl: 120, data: [data] })
}

export const readMdnsResponse: Row = messageRow(
  'read-mdns-response',
  'Read what one mDNS host announces',
  writer.finish({ id: 0x1234, response: true, authoritative: true }),
)
