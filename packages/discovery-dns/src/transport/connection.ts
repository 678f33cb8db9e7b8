import { readHeader } from '@pstorage/dns-message'
import { framed, MessageFraming } from './message-framing.js'
import { TcpError, type TcpRequest } from './tcp-transport.js'

/** Events of the socket of a connection. */
export interface SocketListener {
  /** Queries may be written now, and not before. */
  ready(): void
  /** Returns what has come. Its memory is used again afterwards. */
  data(bytes: Buffer): void
  /** It cannot be used any more. */
  failed(error: TcpError): void
}

/** Opens the socket of a connection: TCP, or TLS. */
export type OpenSocket = (listener: SocketListener) => {
  write(bytes: Uint8Array): void
  /** Reads no more until `resume`. */
  pause(): void
  resume(): void
  destroy(): void
}

/**
 * Milliseconds of work after which reading waits for the next turn of the event loop. A quick server has megabytes ready, and no timer,
 * no deadline and nothing else of the process would run until all of it has been worked through.
 */
const WORK_AT_ONCE = 5

interface OpenConversation {
  readonly conversation: TcpRequest
  readonly id: number
  readonly end: (settle: () => void) => void
  readonly done: () => void
  readonly fail: (reason: unknown) => void
}

/** Holds one conversation over a connection of its own, which is closed at the end whatever the server does. */
export async function roundTripAlone(open: OpenSocket, conversation: TcpRequest): Promise<void> {
  if (conversation.signal.aborted) throw conversation.signal.reason
  const connection = new Connection(open)
  try {
    await connection.roundTrip(conversation)
  } finally {
    connection.close()
  }
}

/** One connection over which any number of conversations are held at once, told apart by id (RFC 7766 section 6.2.1.1). */
export class Connection {
  readonly #socket: ReturnType<OpenSocket>
  readonly #idle: () => void
  readonly #framing = new MessageFraming()
  readonly #open = new Set<OpenConversation>()
  /** Ids of conversations that ended before they were answered, whose answers may still come. */
  readonly #late = new Set<number>()
  #state: 'connecting' | 'ready' | 'over' = 'connecting'
  #done = 0
  #isShared = false
  /** Milliseconds of work since reading waited last. */
  #work = 0

  /** @param idle called whenever the last conversation has ended */
  constructor(open: OpenSocket, idle: () => void = () => {}) {
    this.#idle = idle
    this.#socket = open({
      ready: () => this.#ready(),
      data: (bytes) => this.#take(bytes),
      failed: (error) => this.#over(error),
    })
  }

  /** Returns whether further conversations can be held. */
  get usable(): boolean {
    return this.#state !== 'over'
  }

  /** Returns whether conversations are held. */
  get busy(): boolean {
    return this.#open.size > 0
  }

  /** Returns whether several conversations were held at the same time. */
  get isShared(): boolean {
    return this.#isShared
  }

  /** Number of queries that came to their end. */
  get done(): number {
    return this.#done
  }

  /** Rejects with a {@link TcpError}, with what `hear` throws, or with the signal's reason. */
  roundTrip(conversation: TcpRequest): Promise<void> {
    const { signal, request } = conversation
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const end = (settle: () => void): void => {
        if (!this.#open.delete(open)) return
        signal.removeEventListener('abort', onAbort)
        settle()
        if (this.#open.size === 0) this.#idle()
      }
      const open: OpenConversation = {
        conversation,
        id: readHeader(request).id,
        end,
        done: () => end(resolve),
        fail: (reason) => end(() => reject(reason)),
      }
      const onAbort = (): void => {
        if (this.#state === 'ready') this.#late.add(open.id)
        open.fail(signal.reason)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#open.add(open)
      this.#isShared ||= this.#open.size > 1
      if (this.#state === 'ready') this.#socket.write(framed(request))
    })
  }

  /** Closes it at once; what is still open is rejected. */
  close(): void {
    this.#over(new TcpError('ECLOSED', 'was left'))
  }

  #ready(): void {
    if (this.#state !== 'connecting') return
    this.#state = 'ready'
    for (const { conversation } of this.#open) this.#socket.write(framed(conversation.request))
  }

  #take(bytes: Buffer): void {
    const begun = performance.now()
    try {
      for (const message of this.#framing.add(bytes)) {
        if (this.#state === 'over') return
        this.#deliver(message)
      }
    } catch (error) {
      this.#over(error)
    }
    this.#work += performance.now() - begun
    if (this.#work >= WORK_AT_ONCE) this.#pause()
  }

  #pause(): void {
    this.#work = 0
    this.#socket.pause()
    setImmediate(() => this.#socket.resume())
  }

  #deliver(message: Buffer): void {
    const { id } = readHeader(message)
    const own = [...this.#open].filter((open) => open.id === id)
    if (own.length === 0 && this.#late.delete(id)) return
    // What belongs to none is shown to all, as each minds such messages in its own way.
    for (const open of own.length > 0 ? own : [...this.#open]) {
      try {
        if (open.conversation.onMessage(message) === 'more') continue
        this.#done += 1
        open.done()
      } catch (error) {
        open.fail(error)
      }
    }
  }

  #over(reason: unknown): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#socket.destroy()
    const { unfinished } = this.#framing
    const cut = reason instanceof TcpError && unfinished !== undefined
    const error = cut ? new TcpError(reason.code, `${reason.message} after ${unfinished}`, { cause: reason }) : reason
    for (const { fail } of [...this.#open]) fail(error)
  }
}
