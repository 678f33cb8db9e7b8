import { connect, type Socket } from 'node:net'
import type { SocketListener } from './connection.js'
import type { NameServer } from './name-server.js'
import { TcpError } from './tcp-conversation.js'

/** As much as is read at once. */
const READ_OCTETS = 1 << 16

/** Opens a connection in clear text. All that comes over it is read into the same memory. */
export function openTcp({ address, port }: NameServer, listener: SocketListener): Socket {
  const buffer = Buffer.allocUnsafeSlow(READ_OCTETS)
  const read = (octets: number): boolean => {
    listener.data(buffer.subarray(0, octets))
    return true
  }
  const socket = connect({ host: address, port, noDelay: true, onread: { buffer, callback: read } })
  socket.on('connect', () => listener.ready())
  socket.on('error', (error: NodeJS.ErrnoException) => {
    const code = error.code ?? 'EIO'
    listener.failed(new TcpError(code, `cannot be reached by TCP: ${code}`, { cause: error }))
  })
  socket.on('end', () => listener.failed(new TcpError('ECLOSED', 'closed the connection')))
  return socket
}
