import type { Row } from './row.js'
import { listOfMillion, listOfThousands } from './rows/bs-list.js'
import { cachedHit } from './rows/cached-hit.js'
import { cliResolve } from './rows/cli-resolve.js'
import { hostileMessages } from './rows/hostile-messages.js'
import { mdnsFirst } from './rows/mdns-first.js'
import { mdnsWatchers } from './rows/mdns-watchers.js'
import { readMdnsResponse } from './rows/read-mdns-response.js'
import { readSrvReply } from './rows/read-srv-reply.js'
import { readTxtReply } from './rows/read-txt-reply.js'
import { readZoneTransfer } from './rows/read-zone-transfer.js'
import { srvConcurrent, srvFlood, srvSequential } from './rows/resolve-srv.js'
import { transferFromBind, transferReplayed } from './rows/transfer.js'

/** All rows, in the order in which they are measured. */
export const rows: readonly Row[] = [
  srvSequential,
  srvConcurrent,
  srvFlood,
  transferFromBind,
  transferReplayed,
  cliResolve,
  cachedHit,
  listOfThousands,
  listOfMillion,
  mdnsFirst,
  mdnsWatchers,
  hostileMessages,
  readSrvReply,
  readTxtReply,
  readMdnsResponse,
  readZoneTransfer,
]
