import type { AttemptStatus } from '@pstorage/discovery-core'
import type { NameServer } from '../config/name-server.js'

/** Status of a server that gave no answer. */
export type FaultStatus = Extract<
  AttemptStatus,
  'refused' | 'failed' | 'malformed' | 'unreachable' | 'timeout' | 'unavailable'
>

/** Reason why a query over TCP ended too early. */
export class TcpError extends Error {
  override readonly name: string = 'TcpError'
  /** `ECLOSED`: the server closed it; otherwise the code of the system error. */
  readonly code: string
  /** Set where the code alone is not enough. */
  readonly status: FaultStatus | undefined

  /** `message` is a phrase about the server, such as `closed the connection`. */
  constructor(
    code: string,
    message: string,
    { status, cause }: { readonly status?: FaultStatus; readonly cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause })
    this.code = code
    this.status = status
  }
}

/** One query over a connection of its own. */
export interface TcpRequest {
  readonly server: NameServer
  readonly request: Uint8Array
  /** Ends it at once. */
  readonly signal: AbortSignal
  /**
   * Called for each message; `done` ends the conversation. What it throws ends it too. The message is there for the call alone:
   * who keeps anything that refers to it, such as a `Message`, has to make a copy first.
   */
  readonly onMessage: (bytes: Buffer) => 'more' | 'done'
}

/** Sends one query over a connection: plainly, by TLS, or signed. Rejects with a {@link TcpError}, with an exception of `onMessage`, or with the signal's reason. */
export type RoundTrip = (conversation: TcpRequest) => Promise<void>
