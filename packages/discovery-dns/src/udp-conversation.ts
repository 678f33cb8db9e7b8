import { createSocket, type SocketOptions } from 'node:dgram'
import { isIPv4 } from 'node:net'
import type { NameServer } from './name-server.js'

/** What is looked up here are addresses already; Node would take a turn of the event loop or two over each. */
function lookupOf(family: 4 | 6): NonNullable<SocketOptions['lookup']> {
  return (address, _, found) => found(null, address, family)
}

const ipv4: SocketOptions = { type: 'udp4', lookup: lookupOf(4) }
const ipv6: SocketOptions = { type: 'udp6', lookup: lookupOf(6) }

/** A UDP socket to one server. */
export interface UdpConversation {
  send(bytes: Uint8Array): void
  /** Nothing is heard any more; may be called twice. */
  close(): void
}

/** What is heard of it. */
export interface UdpListener {
  message(bytes: Uint8Array): void
  /** The server or the way to it does not work; also when the system has no socket left. */
  error(error: Error): void
}

/**
 * Opens a connected socket: the kernel drops what comes from elsewhere, and reports a closed port at once. Each question
 * has its own, so that its port is as hard to guess as its id (RFC 5452 section 9.2).
 */
export function openUdp(server: NameServer, listener: UdpListener): UdpConversation {
  const socket = createSocket(isIPv4(server.address) ? ipv4 : ipv6)
  const beforeConnected: Uint8Array[] = []
  let state: 'connecting' | 'connected' | 'closed' = 'connecting'

  const fail = (error: Error): void => {
    if (state !== 'closed') listener.error(error)
  }
  const send = (bytes: Uint8Array): void => {
    socket.send(bytes, (error) => {
      if (error !== null) fail(error)
    })
  }
  socket.on('error', fail)
  socket.on('message', (bytes) => {
    if (state !== 'closed') listener.message(bytes)
  })
  socket.on('connect', () => {
    if (state === 'closed') return
    state = 'connected'
    for (const bytes of beforeConnected) send(bytes)
  })
  socket.connect(server.port, server.address)

  return {
    send(bytes) {
      if (state === 'connecting') beforeConnected.push(bytes)
      if (state === 'connected') send(bytes)
    },
    close() {
      if (state === 'closed') return
      state = 'closed'
      socket.close()
    },
  }
}
