import { connect, type Socket } from 'node:net'
import type { SocketListener } from './connection.js'
import type { NameServer } from './name-server.js'
import { TcpError } from './tcp-conversation.js'

/** Opens a connection in clear text. */
export function openTcp({ address, port }: NameServer, listener: SocketListener): Socket {
  const socket = connect({ host: address, port, noDelay: true })
  socket.on('connect', () => listener.ready())
  socket.on('data', (bytes: Buffer) => listener.data(bytes))
  socket.on('error', (error: NodeJS.ErrnoException) => {
    const code = error.code ?? 'EIO'
    listener.failed(new TcpError(code, `cannot be reached by TCP: ${code}`, { cause: error }))
  })
  socket.on('end', () => listener.failed(new TcpError('ECLOSED', 'closed the connection')))
  return socket
}
