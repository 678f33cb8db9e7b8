import type { Socket } from 'node:net'

/** Messages that answer a message, or `undefined` for bytes that get no answer. */
export type Respond = (bytes: Buffer) => Iterable<Buffer> | undefined

/** State and limits that the connections of a server share. */
export interface ConnectionContext {
  /** Milliseconds. */
  readonly idleTimeout: number
  readonly turns: TurnBudget
  /** The connections that wait for their client, to send a query or to read an answer; the one that has waited longest first. */
  readonly waiting: Set<Socket>
}

/**
 * Serves one TCP connection until the client closes it, is idle for too long, or sends anything but a query.
 *
 * Queries may be pipelined (RFC 7766 section 6.2.1.1); they are answered in the order in which they came, also after the
 * client has closed its side. Reading waits while an answer is being written, so that a client that does not read uses no
 * memory, however many queries it has sent. The timeout runs between whole messages; single bytes do not extend it.
 */
export function serveConnection(socket: Socket, respond: Respond, context: ConnectionContext): void {
  const { idleTimeout, waiting } = context
  const timer = setTimeout(() => socket.destroy(), idleTimeout)
  waiting.add(socket)
  socket.once('close', () => {
    clearTimeout(timer)
    waiting.delete(socket)
  })
  // An error closes the connection and the client retries. The loop below sees a closed stream.
  socket.on('error', () => {})
  socket.setNoDelay(true)
  answerAll(socket, respond, timer, context).then(
    // Further input is discarded, so that the end of the stream is seen.
    () => socket.end().resume(),
    (error: unknown) => {
      socket.destroy(error instanceof Error ? error : undefined)
      // It may have been put there after it was closed.
      waiting.delete(socket)
    },
  )
}

async function answerAll(
  socket: Socket,
  respond: Respond,
  timer: NodeJS.Timeout,
  { turns, waiting }: ConnectionContext,
): Promise<void> {
  for await (const message of readMessages(socket)) {
    timer.refresh()
    waiting.delete(socket)
    await turns.room()
    const responses = respond(message)
    // A stream with anything but queries is closed. Earlier queries are answered by now.
    if (responses === undefined) return
    for (const response of responses) {
      waiting.add(socket)
      await write(socket, response)
      timer.refresh()
      waiting.delete(socket)
      await turns.room()
    }
    if (!socket.destroyed) waiting.add(socket)
  }
}

/** Answers that are made in one turn of the event loop, in some milliseconds: of a transfer 512 KiB. */
const turnAnswers = 32

/**
 * Shares the event loop among connections, in turn. The system takes megabytes for each at once, so that the transfers of some
 * hundred connections would be written without a break.
 */
export class TurnBudget {
  #left = turnAnswers
  #nextTurn: Promise<void> | undefined

  /** Resolves when the next answer may be made: now, or in one of the next turns of the event loop. */
  async room(): Promise<void> {
    while (this.#left === 0) {
      this.#nextTurn ??= new Promise((resolve) => {
        setImmediate(() => {
          this.#left = turnAnswers
          this.#nextTurn = undefined
          resolve()
        })
      })
      await this.#nextTurn
    }
    this.#left -= 1
  }
}

/** Resolves when the message is handed to the system, and rejects when the connection is gone. */
function write(socket: Socket, message: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const length = Buffer.allocUnsafe(lengthOfLength)
    length.writeUInt16BE(message.length)
    socket.write(Buffer.concat([length, message]), (error) => (error ? reject(error) : resolve()))
  })
}

const lengthOfLength = 2
const maxParts = 64

/** The messages of a stream, each behind its length (RFC 1035 section 4.2.2). An incomplete one is dropped. */
async function* readMessages(socket: Socket): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let size = 0
  let needed = lengthOfLength
  // Otherwise the iterator destroys the socket when the client closes its side, before all answers are sent.
  for await (const part of socket.iterator({ destroyOnReturn: false })) {
    parts.push(part)
    size += part.length
    if (size < needed) {
      // Each part has a cost beyond its bytes, and a client may send one byte at a time.
      if (parts.length === maxParts) parts = [Buffer.concat(parts)]
      continue
    }
    let bytes = Buffer.concat(parts)
    for (needed = neededLength(bytes); bytes.length >= needed; needed = neededLength(bytes)) {
      yield bytes.subarray(lengthOfLength, needed)
      bytes = bytes.subarray(needed)
    }
    parts = [bytes]
    size = bytes.length
  }
}

function neededLength(bytes: Buffer): number {
  return bytes.length < lengthOfLength ? lengthOfLength : lengthOfLength + bytes.readUInt16BE()
}
