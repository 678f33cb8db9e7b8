import { connect } from 'node:net'
import type { AttemptError } from '../attempt.js'
import type { Endpoint } from '../endpoint.js'

/** How an endpoint answers a connection. */
export interface ProbeResult {
  /** Whether something accepted a TCP connection there. */
  readonly reachable: boolean
  /** Milliseconds until it did; `null` when it did not. */
  readonly latencyMs: number | null
  /** Why it is not reachable, with a code such as `ECONNREFUSED` or `ETIMEDOUT`; `null` when it is. */
  readonly error: AttemptError | null
}

/** Opens a connection and closes it at once; resolves with what went wrong, if anything. Never rejects. */
export type Connector = (
  endpoint: Pick<Endpoint, 'address' | 'port'>,
  signal: AbortSignal,
) => Promise<AttemptError | undefined>

/** Connects by TCP. When the signal aborts the socket is closed at once. */
export const connectByTcp: Connector = ({ address, port }, signal) =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port })
    const end = (error?: AttemptError): void => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve(error)
    }
    const onAbort = (): void => end(tooLate)
    socket.on('error', ({ code = 'EUNKNOWN', message }: NodeJS.ErrnoException) => end({ code, message }))
    socket.on('connect', () => end())
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
  })

/** What stands for a connection that did not come about in its time. */
export const tooLate: AttemptError = { code: 'ETIMEDOUT', message: 'no connection in time' }
