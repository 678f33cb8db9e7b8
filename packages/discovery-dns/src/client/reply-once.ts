import type { Clock } from '@pstorage/discovery-core'
import type { NameServer } from '../config/name-server.js'
import { type DnsQuestion, isReplyTo, newQuery } from '../reply/query.js'
import { linkedAbort } from '../transport/connections.js'
import { UdpTransport } from '../transport/udp-transport.js'

const queryOver = new Error('the query is over')

/** A query that is sent once, by UDP. */
export interface SingleQuery {
  readonly server: NameServer
  readonly question: DnsQuestion
  /** Milliseconds to wait for the reply. */
  readonly patience: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Sends a query once, and resolves with the reply; `undefined` when none came in time. Never rejects. */
export async function replyOnce({
  server,
  question,
  patience,
  clock,
  signal,
}: SingleQuery): Promise<Uint8Array | undefined> {
  const query = newQuery(question)
  const over = linkedAbort(signal)
  let reply: Uint8Array | undefined
  const udp = new UdpTransport(server, {
    message(bytes) {
      if (!isReplyTo(query, bytes)) return
      reply = bytes
      over.abort(queryOver)
    },
    error: () => over.abort(queryOver),
  })
  udp.send(query.bytes)
  await clock.sleep(patience, over.signal).catch(() => {})
  over.abort(queryOver)
  udp.close()
  return reply
}
