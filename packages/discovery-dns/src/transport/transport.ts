import { connect, type Socket } from 'node:net'
import type { Clock } from '@pstorage/discovery-core'
import { DNS_PORT, type NameServer } from '../config/name-server.js'
import { type OpenSocket, roundTripAlone, type SocketListener } from './connection.js'
import { Connections } from './connections.js'
import { type RoundTrip, TcpError } from './tcp-transport.js'

/** The way on which servers are asked, apart from plain UDP. */
export interface Transport {
  /** Puts a question over the connection to its server that all share. */
  readonly shared: RoundTrip
  /** Puts a question, or transfers a zone, over a connection of its own. */
  readonly own: RoundTrip
  /** The port of servers that are known without one. */
  readonly port: number
  /** True if UDP may be used too. */
  readonly udp: boolean
  /** True if who answers has proven who it is, for everything that it says. */
  readonly authenticated: boolean
  /** Closes what is kept between questions; to be called once by each caller that was given it. */
  close(): void
}

/** UDP, and TCP where that is needed. A shared connection is closed with the last question that is put over it. */
export function plainTransport(clock: Clock): Transport {
  const open =
    (server: NameServer): OpenSocket =>
    (listener) =>
      openTcp(server, listener)
  const connections = new Connections({ open, keepIdle: false, patient: clock })
  return {
    shared: (conversation) => connections.ask(conversation),
    own: (conversation) => roundTripAlone(open(conversation.server), conversation),
    port: DNS_PORT,
    udp: true,
    authenticated: false,
    // Nothing is kept.
    close: () => {},
  }
}

/** As much as is read at once. */
const READ_OCTETS = 1 << 16

/** Opens a connection in clear text. All that comes over it is read into the same memory. */
function openTcp({ address, port }: NameServer, listener: SocketListener): Socket {
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
