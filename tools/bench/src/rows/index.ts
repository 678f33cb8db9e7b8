import type { Row } from '../row.js'
import { readMdnsResponse } from './read-mdns-response.js'
import { readSrvReply } from './read-srv-reply.js'
import { readTxtReply } from './read-txt-reply.js'
import { readZoneTransfer } from './read-zone-transfer.js'

/** All rows, in the order in which they are measured. */
export const rows: readonly Row[] = [readSrvReply, readTxtReply, readMdnsResponse, readZoneTransfer]
