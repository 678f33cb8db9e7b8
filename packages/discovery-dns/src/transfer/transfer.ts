import type { Clock } from '@pstorage/discovery-core'
import { MessageError, type Name, RecordType, readHeader, scanMessage } from '@pstorage/dns-message'
import type { NameServer } from '../config/name-server.js'
import type { TransferLimits } from '../config/transfer-limits.js'
import { newQuery } from '../reply/query.js'
import { faultOfError, faultOfTcpError, type ServerFault } from '../reply/server-fault.js'
import { linkedAbort } from '../transport/connections.js'
import { type RoundTrip, TcpError } from '../transport/tcp-transport.js'
import { type TakeRecord, TransferError, ZoneTransfer } from './zone-transfer.js'

const transferOver = new Error('the transfer is over')

/** A zone transfer from one server. */
export interface TransferPlan {
  readonly zone: Name
  readonly server: NameServer
  /** Over a connection of its own. */
  readonly converse: RoundTrip
  readonly limits: Omit<TransferLimits, 'memory'>
  /** Milliseconds that this server may be silent, where that is less than the limit. */
  readonly patience: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Called for each record; what it has collected counts only when the transfer is complete. */
  readonly record: TakeRecord
}

/** Transfers a zone. Resolves with `undefined` when it is complete, otherwise with what was wrong. */
export async function transferZone(plan: TransferPlan): Promise<ServerFault | undefined> {
  const { zone, server, limits, converse } = plan
  // RD has no meaning here and is best left out (RFC 5936 section 2.1.1).
  const query = newQuery({ name: zone, type: RecordType.AXFR }, { edns: false, recursionDesired: false })
  const transfer = new ZoneTransfer(zone, limits, plan.record)
  const watch = watchTime(plan)
  const hear = (bytes: Buffer): 'more' | 'done' => {
    watch.heard()
    if (readHeader(bytes).id !== query.id) {
      throw new TransferError('malformed', 'EBADTRANSFER', 'answered another query')
    }
    transfer.add(scanMessage(bytes))
    return transfer.complete ? 'done' : 'more'
  }
  try {
    await converse({ server, request: query.bytes, signal: watch.signal, onMessage: hear })
    return undefined
  } catch (error) {
    return faultOfTransfer(server, plan.signal.aborted ? timedOut('did not finish in time') : error)
  } finally {
    watch.stop()
  }
}

function faultOfTransfer(server: NameServer, error: unknown): ServerFault {
  if (error instanceof TransferError) return { server, status: error.status, code: error.code, reason: error.message }
  if (error instanceof MessageError) {
    return { server, status: 'malformed', code: 'EBADTRANSFER', reason: `sent rubbish (${error.message})` }
  }
  if (error instanceof TcpError) {
    const fault = faultOfTcpError(server, error)
    return error.status === undefined ? { ...fault, reason: `${error.message}, before the end of the zone` } : fault
  }
  return faultOfError(server, error)
}

function timedOut(message: string, code: 'ETIMEDOUT' | 'ELIMIT' = 'ETIMEDOUT'): TransferError {
  return new TransferError('timeout', code, message)
}

/** Aborts with the query, when no message has come for too long, or when the whole takes too long. */
function watchTime({ limits: { time, silence }, patience, clock, signal }: TransferPlan) {
  const over = linkedAbort(signal)
  const wait = Math.min(patience, silence)
  const endsAt = clock.now() + time
  let heardAt = clock.now()
  const watch = async (): Promise<void> => {
    for (;;) {
      const silentAt = heardAt + wait
      const left = Math.min(silentAt, endsAt) - clock.now()
      if (left > 0) await clock.sleep(left, over.signal)
      else if (silentAt > endsAt) return over.abort(timedOut(`did not finish within ${time} ms`, 'ELIMIT'))
      else return over.abort(timedOut(`was silent for ${Math.round(wait)} ms`, wait < silence ? 'ETIMEDOUT' : 'ELIMIT'))
    }
  }
  watch().catch(() => {})
  return {
    signal: over.signal,
    heard: () => {
      heardAt = clock.now()
    },
    stop: () => over.abort(transferOver),
  }
}
