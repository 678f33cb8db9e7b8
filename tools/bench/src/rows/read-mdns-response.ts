import { MessageBuilder } from '../message-builder.js'
import type { Row } from '../row.js'
import { messageRow } from './message-row.js'

/** The class IN with the cache-flush bit (RFC 6762 section 10.2). */
const flush = 0x8001
const service = '_pstorage._tcp.local'
const instance = `my-cluster.${service}`
const message = new MessageBuilder()
  .ptr('_services._dns-sd._udp.local', 4500, service)
  .ptr(service, 4500, instance)
  .srv('additional', instance, 120, 2510, 'storage-node-17.local', flush)
  .txt('additional', instance, 4500, ['cluster=my-cluster', 'version=1'], flush)
  .a('additional', 'storage-node-17.local', 120, '192.168.10.17', flush)
  .aaaa('additional', 'storage-node-17.local', 120, [0xfe80, 0, 0, 0, 0x5054, 0xff, 0xfe12, 0x3456], flush)

export const readMdnsResponse: Row = messageRow(
  'read-mdns-response',
  'Read what one mDNS host announces',
  message.bytes(),
)
