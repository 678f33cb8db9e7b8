import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type HostInterface, hostInterfaces } from '../host-interfaces.js'
import type { ListeningPlace } from '../listening-place.js'
import { familiesOf, type MulticastFamily } from '../multicast-family.js'
import type { Sender } from '../read-response.js'

/** What announcing needs of the network. Tests bring one of their own. */
export interface AnsweringMedium {
  interfaces(): Promise<readonly HostInterface[]>
  /** The IP versions that an interface can multicast over. */
  families(place: ListeningPlace): readonly MulticastFamily[]
  /** Rejects with what went wrong, or with the reason of the signal. */
  open(place: ListeningPlace, family: MulticastFamily, options: AnsweringPortOptions): Promise<AnsweringPort>
}

/** How a port is used. */
export interface AnsweringPortOptions {
  readonly port: number
  readonly signal: AbortSignal
  /** Called for every datagram, whoever sent it and whatever it holds. */
  hear(bytes: Uint8Array, sender: Sender): void
  /** Called when the open port breaks. */
  failed(error: Error): void
}

/** The port of multicast DNS on one interface and IP version. */
export interface AnsweringPort {
  /** Sends to everybody on the link, or to one host. */
  send(message: Uint8Array, to: Sender | undefined, sent: (error: Error | null) => void): void
  close(): void
}

/** The network interfaces of this host. */
export const systemAnsweringMedium: AnsweringMedium = {
  interfaces: hostInterfaces,
  families: familiesOf,
  open: (_, family, options) => openAnsweringPort(family, options),
}

/** Octets that may wait to be read, as far as the system allows. */
const RECEIVE_BUFFER = 512 * 1_024
/** Of multicast and unicast alike (RFC 6762 section 11). */
const TIME_TO_LIVE = 255

/** Opens the port that all programs with multicast DNS share. It is open when it has joined the group. */
async function openAnsweringPort(
  { socketType: type, group, destination, interface: place, anyAddress }: MulticastFamily,
  { port, signal, hear, failed }: AnsweringPortOptions,
): Promise<AnsweringPort> {
  const socket = createSocket({ type, reuseAddr: true, ipv6Only: type === 'udp6', recvBufferSize: RECEIVE_BUFFER })
  try {
    signal.throwIfAborted()
    const listening = once(socket, 'listening', { signal })
    socket.bind(port, anyAddress)
    await listening
    socket.addMembership(group, place)
    socket.setMulticastInterface(place)
    socket.setMulticastTTL(TIME_TO_LIVE)
    socket.setTTL(TIME_TO_LIVE)
    socket.setMulticastLoopback(true)
  } catch (error) {
    socket.close()
    throw error
  }
  socket.on('error', failed)
  socket.on('message', hear)
  return {
    send(message, to, sent) {
      socket.send(message, to?.port ?? port, to?.address ?? destination, sent)
    },
    close: () => void socket.close(),
  }
}
