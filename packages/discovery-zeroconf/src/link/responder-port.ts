import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { restrictToInterface } from './group-socket.js'
import { hostInterfaces } from './host-interfaces.js'
import { familiesOf, type MulticastFamily, type MulticastInterface, type Sender } from './multicast-interface.js'
import { type LinkOptions, type MulticastLink, type MulticastMedium, RECEIVE_BUFFER } from './multicast-link.js'
import { receivePending } from './wake-timer.js'

/** The network as announcing needs it. Tests bring one of their own. */
export interface ResponderMedium extends Pick<MulticastMedium, 'interfaces'> {
  /** Returns the IP versions that an interface can multicast over. */
  families(networkInterface: MulticastInterface): readonly MulticastFamily[]
  /** Opens a port. Rejects with the error of the system, or with the reason of the signal. */
  open(
    networkInterface: MulticastInterface,
    family: MulticastFamily,
    options: ResponderPortOptions,
  ): Promise<ResponderPort>
}

/** Options of an open port. */
export type ResponderPortOptions = Omit<LinkOptions, 'fallback'>

/** The port of multicast DNS on one interface and IP version. */
export interface ResponderPort extends Pick<MulticastLink, 'receivePending' | 'close'> {
  /** Sends to the group, or to one host. */
  send(message: Uint8Array, to: Sender | undefined, sent: (error: Error | null) => void): void
}

/** The medium of this host. */
export const systemResponderMedium: ResponderMedium = {
  interfaces: hostInterfaces,
  families: familiesOf,
  open: (_, family, options) => openResponderPort(family, options),
}

/** The TTL of multicast and unicast alike (RFC 6762 section 11). */
const TIME_TO_LIVE = 255

/** Opens the port that all programs with multicast DNS share. It is open when it has joined the group. */
async function openResponderPort(
  family: MulticastFamily,
  { port, signal, onMessage, onError }: ResponderPortOptions,
): Promise<ResponderPort> {
  const { group, destination, interface: networkInterface, receivingAddress, anyAddress, ownAddress } = family
  const socket = await openSocket(family, port, receivingAddress, signal)
  try {
    socket.addMembership(group, networkInterface)
    socket.setMulticastInterface(networkInterface)
    socket.setMulticastTTL(TIME_TO_LIVE)
    socket.setMulticastLoopback(true)
  } catch (error) {
    socket.close()
    throw error
  }
  const member = restrictToInterface(socket, family)
  let received = 0
  const receive = (bytes: Uint8Array, sender: Sender): void => {
    received += 1
    onMessage(bytes, sender)
  }
  socket.on('error', onError)
  socket.on('message', (bytes, { address, port: from }) => {
    receive(bytes, { address, port: from, isToGroup: member.isExact })
  })
  // A socket that is bound to the group receives no unicast (RFC 6762 section 5.5).
  const isBoundToAll = receivingAddress === anyAddress
  const direct = isBoundToAll ? undefined : await openSocket(family, port, ownAddress, signal).catch(() => undefined)
  direct?.on('error', () => undefined)
  direct?.on('message', (bytes, { address, port: from }) => receive(bytes, { address, port: from }))
  const close = (): void => {
    member.release()
    socket.close()
    direct?.close()
  }
  if (signal.aborted) {
    close()
    throw signal.reason
  }
  return {
    send(message, to, sent) {
      if (to === undefined) socket.send(message, port, destination, sent)
      else (direct ?? socket).send(message, to.port, to.address, sent)
    },
    receivePending: () => receivePending(() => received),
    close,
  }
}

async function openSocket(
  { socketType: type }: MulticastFamily,
  port: number,
  address: string,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = createSocket({ type, reuseAddr: true, ipv6Only: type === 'udp6', recvBufferSize: RECEIVE_BUFFER })
  try {
    signal.throwIfAborted()
    const listening = once(socket, 'listening', { signal })
    socket.bind(port, address)
    await listening
    socket.setTTL(TIME_TO_LIVE)
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}
