import { MessageBuilder } from '../message-builder.js'
import type { Row } from '../row.js'
import { messageRow } from './message-row.js'

const owner = '_pstorage._tcp.cluster1.pstorage.test'
const message = new MessageBuilder().question(owner, 33)
for (const host of [1, 2, 3]) {
  message.srv('answer', owner, 3600, 2510, `mds${host}.cluster1.pstorage.test`)
}
for (const host of [1, 2, 3]) {
  message.a('additional', `mds${host}.cluster1.pstorage.test`, 3600, `10.0.0.${host}`)
}

export const readSrvReply: Row = messageRow('read-srv-reply', 'Read a reply of 3 SRV and 3 A', message.bytes())
