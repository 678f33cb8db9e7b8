import { connect } from 'node:net'
import type { Message } from '@pstorage/dns-message'
import { framed, MessageFraming } from './message-framing.js'
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
   * Called for each message, which may have been read already; `done` ends the conversation. What it throws ends it too.
   */
  readonly hear: (bytes: Buffer, message?: Message) => 'more' | 'done'
}

/** How one query is put over a connection: plainly, by TLS, with a signature. Fails as {@link converse} does. */
export type Converse = (conversation: TcpConversation) => Promise<void>

/**
 * Sends one query over TCP and hands over what comes back. The connection is destroyed at the end, whatever the server
 * does: one that keeps its side open would otherwise keep the process.
 *
 * Rejects with a {@link TcpError}, with what `hear` throws, or with the signal's reason.
 */
export function converse({ server, request, signal, hear }: TcpConversation): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const socket = connect({ host: server.address, port: server.port, noDelay: true })
    const framing = new MessageFraming()
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      settle()
    }
    const onAbort = (): void => end(() => reject(signal.reason))
    signal.addEventListener('abort', onAbort, { once: true })

    socket.on('connect', () => socket.write(framed(request)))
    socket.on('data', (bytes: Buffer) => {
      try {
        for (const message of framing.add(bytes)) {
          if (hear(message) === 'done') return end(resolve)
        }
      } catch (error) {
        end(() => reject(error))
      }
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? 'EIO'
      end(() => reject(new TcpError(code, withRest(`cannot be reached by TCP: ${code}`, framing), { cause: error })))
    })
    socket.on('end', () => end(() => reject(new TcpError('ECLOSED', withRest('closed the connection', framing)))))
  })
}

function withRest(phrase: string, { unfinished }: MessageFraming): string {
  return unfinished === undefined ? phrase : `${phrase} after ${unfinished}`
}
