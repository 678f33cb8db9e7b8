import type { Clock } from '@pstorage/discovery-core'
import { linkedAbort } from './linked-abort.js'
import type { NameServer } from './name-server.js'
import { type DnsQuestion, isReplyTo, newQuery } from './query.js'
import { UdpConversation } from './udp-conversation.js'

/** Milliseconds that a server gets to show that it is back. */
const PATIENCE = 1_000

const probeOver = new Error('the probe is over')

/** A look whether a server is back. */
export interface ServerProbe {
  readonly server: NameServer
  /** One that is asked for anyway. */
  readonly question: DnsQuestion
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Sends one question by UDP, and says whether any reply to it came in time. Never rejects. */
export async function probeServer({ server, question, clock, signal }: ServerProbe): Promise<boolean> {
  const query = newQuery(question)
  const over = linkedAbort(signal)
  let isBack = false
  const udp = new UdpConversation(server, {
    message(bytes) {
      if (!isReplyTo(query, bytes)) return
      isBack = true
      over.abort(probeOver)
    },
    error: () => over.abort(probeOver),
  })
  udp.send(query.bytes)
  await clock.sleep(PATIENCE, over.signal).catch(() => {})
  over.abort(probeOver)
  udp.close()
  return isBack
}
