import type { Socket } from 'node:net'

/** Messages that answer a message, or `undefined` for bytes that get no answer. */
export type Respond = (bytes: Buffer) => Iterable<Buffer> | undefined

/**
 * Serves one TCP connection until the client ends it, is idle for too long, or sends what is no query.
 *
 * Queries may be pipelined (RFC 7766 section 6.2.1.1); they are answered in the order in which they came, also after the
 * client has closed its side. Reading waits while an answer is being written, so that a client that does not read costs no
 * memory. The time-out runs between whole messages: a byte now and then does not extend it.
 */
export function serveConnection(socket: Socket, respond: Respond, idleTimeout: number): void {
  const timer = setTimeout(() => socket.destroy(), idleTimeout)
  socket.once('close', () => clearTimeout(timer))
  // Whatever breaks a connection ends it; the client asks again. The loop below sees it as a closed stream.
  socket.on('error', () => {})
  socket.setNoDelay(true)
  answerAll(socket, respond, timer).then(
    // Whatever else the client sends is let go, so that its end is seen.
    () => socket.end().resume(),
    (error: unknown) => socket.destroy(error instanceof Error ? error : undefined),
  )
}

async function answerAll(socket: Socket, respond: Respond, timer: NodeJS.Timeout): Promise<void> {
  for await (const message of readMessages(socket)) {
    timer.refresh()
    const responses = respond(message)
    // A stream with other things than queries on it is not a client of ours. What came before is answered by now.
    if (responses === undefined) return
    for (const response of responses) {
      await write(socket, response)
      timer.refresh()
    }
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
const mostParts = 64

/** The messages of a stream, each behind its length (RFC 1035 section 4.2.2). One that is cut short is not there. */
async function* readMessages(socket: Socket): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let size = 0
  let wanted = lengthOfLength
  // The iterator would else destroy the socket when the client closes its side, with answers still due.
  for await (const part of socket.iterator({ destroyOnReturn: false })) {
    parts.push(part)
    size += part.length
    if (size < wanted) {
      // Each part has a cost beyond its bytes, and a client may send one byte at a time.
      if (parts.length === mostParts) parts = [Buffer.concat(parts)]
      continue
    }
    let bytes = Buffer.concat(parts)
    for (wanted = wantedOf(bytes); bytes.length >= wanted; wanted = wantedOf(bytes)) {
      yield bytes.subarray(lengthOfLength, wanted)
      bytes = bytes.subarray(wanted)
    }
    parts = [bytes]
    size = bytes.length
  }
}

function wantedOf(bytes: Buffer): number {
  return bytes.length < lengthOfLength ? lengthOfLength : lengthOfLength + bytes.readUInt16BE()
}
