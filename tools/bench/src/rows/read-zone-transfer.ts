import { MessageBuilder } from '../message-builder.js'
import type { Row } from '../row.js'
import { messageRow } from './message-row.js'

const message = new MessageBuilder().question('pstorage.test', 252).soa('pstorage.test', 3600)
for (let cluster = 0; cluster < 500; cluster++) {
  for (const host of [0, 1, 2]) {
    const target = `mds${(cluster * 3 + host) % 90}.pstorage.test`
    message.srv('answer', `_pstorage._tcp.c${cluster}.pstorage.test`, 3600, 2510, target)
  }
}

export const readZoneTransfer: Row = messageRow(
  'read-zone-transfer',
  'Read a message of a zone transfer with 1,500 SRV',
  message.bytes(),
)
