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
    socket.on('error', ({ code = 'EUNKNOWN' }: NodeJS.ErrnoException) => end({ code, message: messageOf(code) }))
    socket.on('connect', () => end())
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
  })

const messages: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'it is refused: nothing listens on that port'],
  ['ECONNRESET', 'it was cut off at once'],
  ['ENETUNREACH', 'there is no route to its network'],
  ['EHOSTUNREACH', 'there is no way to that host'],
  ['ETIMEDOUT', 'no connection in time'],
  ['EACCES', 'this host forbids it, perhaps by its firewall'],
  ['EPERM', 'this host forbids it, perhaps by its firewall'],
  ['EADDRNOTAVAIL', 'this host has no address to connect from'],
  ['EINVAL', 'the system does not know where that is; a link-local address needs the interface as its zone'],
])

/** What an error of the system means here: its own words name this end of the connection, which nobody has asked for. */
function messageOf(code: string): string {
  return messages.get(code) ?? `there is no connection: ${code}`
}

/** What stands for a connection that did not come about in its time. */
export const tooLate: AttemptError = { code: 'ETIMEDOUT', message: 'no connection in time' }
