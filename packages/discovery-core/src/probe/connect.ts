import { connect } from 'node:net'
import type { AttemptError } from '../model/attempt.js'
import type { Endpoint } from '../model/endpoint.js'

/** Result of a connection to an endpoint. */
export interface ProbeResult {
  /** True if something accepted a TCP connection there. */
  readonly reachable: boolean
  /** Milliseconds until it did; `null` when it did not. */
  readonly latencyMs: number | null
  /** Reason why it is not reachable, with a code such as `ECONNREFUSED` or `ETIMEDOUT`; `null` when it is. */
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
    socket.on('error', ({ code = 'EUNKNOWN' }: NodeJS.ErrnoException) => end({ code, message: messageOf(code, port) }))
    socket.on('connect', () => end())
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
  })

const messages: ReadonlyMap<string, string> = new Map([
  ['ECONNRESET', 'connection reset by the host'],
  ['ENETUNREACH', 'no route to the network'],
  ['EHOSTUNREACH', 'no route to the host'],
  ['ETIMEDOUT', 'connection timed out'],
  ['EACCES', 'not permitted by this host, perhaps by its firewall'],
  ['EPERM', 'not permitted by this host, perhaps by its firewall'],
  ['EADDRNOTAVAIL', 'this host has no address to connect from'],
  ['EINVAL', 'invalid address; a link-local address needs its interface as zone'],
])

/** Returns the meaning of an error of the system, whose own words name this end of the connection. */
function messageOf(code: string, port: number): string {
  if (code === 'ECONNREFUSED') return `connection refused: nothing listens on port ${port}`
  return messages.get(code) ?? `cannot connect: ${code}`
}

/** Error of a connection that was not established in time. */
export const tooLate: AttemptError = { code: 'ETIMEDOUT', message: 'connection timed out' }
