import { MessageBuilder } from '../message-builder.js'
import type { Row } from '../row.js'
import { messageRow } from './message-row.js'

const owner = 'pstorage_clusters.pstorage.test'
const message = new MessageBuilder()
  .question(owner, 16)
  .txt('answer', owner, 3600, ['cluster1,cluster2', 'cluster3,cluster4'])
  .txt('answer', owner, 3600, ['cluster5'])

export const readTxtReply: Row = messageRow('read-txt-reply', 'Read a reply of 2 TXT with 3 strings', message.bytes())
