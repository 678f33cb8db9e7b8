import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A message behind its length. */
export function framed(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** The messages in a stream of them. */
export function unframed(stream: Buffer): Buffer[] {
  const messages: Buffer[] = []
  for (let at = 0; at < stream.length; at += 2 + stream.readUInt16BE(at)) {
    messages.push(stream.subarray(at + 2, at + 2 + stream.readUInt16BE(at)))
  }
  return messages
}

/** A connection that stays open when the server ends its side, as a careless client has it. */
export async function connected(port: number, address = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: address, allowHalfOpen: true })
  await once(socket, 'connect')
  return socket
}

/** Everything that comes until the server ends its side or cuts the connection. */
export async function received(socket: Socket): Promise<Buffer> {
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  await new Promise<void>((resolve) => {
    socket.once('end', resolve).once('close', resolve).once('error', resolve)
  })
  return Buffer.concat(parts)
}

/** Sends one message and returns what is answered first; this side stays open, which some servers insist on. */
export async function askOnce(port: number, message: Uint8Array): Promise<Buffer> {
  const socket = await connected(port)
  try {
    socket.write(framed(message))
    let stream = Buffer.alloc(0)
    for await (const part of socket) {
      stream = Buffer.concat([stream, part])
      if (stream.length >= 2 && stream.length >= 2 + stream.readUInt16BE()) break
    }
    return unframed(stream)[0] ?? Buffer.alloc(0)
  } finally {
    socket.destroy()
  }
}

/** Sends messages, closes this side, and returns what is answered. */
export async function askOverTcp(port: number, messages: readonly Uint8Array[], address?: string): Promise<Buffer[]> {
  const socket = await connected(port, address)
  try {
    const stream = received(socket)
    socket.end(Buffer.concat(messages.map(framed)))
    return unframed(await stream)
  } finally {
    socket.destroy()
  }
}
