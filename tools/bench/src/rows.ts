import type { Row } from './row.js'
import { cachedHit } from './rows/cached-hit.js'
import { readMdnsResponse } from './rows/read-mdns-response.js'
import { readSrvReply } from './rows/read-srv-reply.js'
import { readTxtReply } from './rows/read-txt-reply.js'
import { readZoneTransfer } from './rows/read-zone-transfer.js'

/** All rows, in the order in which they are measured. */
export const rows: readonly Row[] = [readSrvReply, readTxtReply, readMdnsResponse, readZoneTransfer, cachedHit]
