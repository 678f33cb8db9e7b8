import type { NameServer } from './name-server.js'
import type { ServerFault } from './server-fault.js'

/** What became of a server that has ended a conversation too early. */
export type TcpErrorStatus = ServerFault['status']

/** Why a conversation over TCP ended before it was done. */
export class TcpError extends Error {
  override readonly name: string = 'TcpError'
  /** `ECLOSED`: the server closed it; otherwise the code of the system error. */
  readonly code: string
  /** Where the code alone does not tell it. */
  readonly status: TcpErrorStatus | undefined

  /** `message` is a phrase about the server, such as `closed the connection`. */
  constructor(
    code: string,
    message: string,
    { status, cause }: { readonly status?: TcpErrorStatus; readonly cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause })
    this.code = code
    this.status = status
  }
}

/** One query over a connection of its own. */
export interface TcpConversation {
  readonly server: NameServer
  readonly request: Uint8Array
  /** Ends it at once. */
  readonly signal: AbortSignal
  /**
   * Called for each message; `done` ends the conversation. What it throws ends it too. The message is there for the call alone:
   * who keeps anything that refers to it, such as a `Message`, has to make a copy first.
   */
  readonly hear: (bytes: Buffer) => 'more' | 'done'
}

/** How one query is put over a connection: plainly, by TLS, with a signature. Rejects with a {@link TcpError}, with what `hear` throws, or with the signal's reason. */
export type Converse = (conversation: TcpConversation) => Promise<void>
