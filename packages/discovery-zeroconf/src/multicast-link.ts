import { createSocket } from 'node:dgram'
import { setImmediate } from 'node:timers/promises'
import { type HostInterface, hostInterfaces } from './host-interfaces.js'
import type { ListeningPlace } from './listening-place.js'
import type { Sender } from './read-response.js'

/** What this backend needs of the network. Tests bring one of their own. */
export interface MulticastMedium {
  interfaces(): Promise<readonly HostInterface[]>
  /** Rejects with what went wrong, or with the reason of the signal. */
  open(place: ListeningPlace, options: LinkOptions): Promise<MulticastLink>
}

/** How a link is used. */
export interface LinkOptions {
  readonly port: number
  /** Closes the link at once, also while it is being opened. */
  readonly signal: AbortSignal
  /** Called for every datagram, whoever sent it and whatever it holds. */
  hear(bytes: Uint8Array, sender: Sender): void
  /** Called when an open link breaks, perhaps more than once. */
  failed(error: Error): void
}

/** One interface, opened for multicast DNS. */
export interface MulticastLink {
  /** Sends a message to everybody on the link; `sent` learns how that went, unless the link is closed before. */
  send(message: Uint8Array, sent: (error: Error | null) => void): void
  /** Resolves once what has arrived by now was heard: while the process was busy, datagrams may have piled up. */
  catchUp(): Promise<void>
  close(): void
}

/** The network interfaces of this host. */
export const systemMedium: MulticastMedium = { interfaces: hostInterfaces, open: openLink }

const GROUP = '224.0.0.251'
/** Octets that may wait to be read, as far as the system allows: on a large network everybody answers within 100 ms. */
const RECEIVE_BUFFER = 512 * 1_024

/**
 * Opens an interface with a socket of its own, which multicast-dns binds, joins to the group, and keeps joined.
 *
 * What is received goes to `hear` and never into the decoder of multicast-dns, which reads beyond the end of records and
 * takes forged lengths at their word. What is sent is written here too: that library cannot write a label with a dot in it.
 */
async function openLink(place: ListeningPlace, { port, signal, hear, failed }: LinkOptions): Promise<MulticastLink> {
  // Whoever does not ask by multicast never loads it.
  const { default: multicastDns } = await import('multicast-dns')
  signal.throwIfAborted()
  const socket = createSocket({ type: 'udp4', reuseAddr: true, recvBufferSize: RECEIVE_BUFFER })
  // Bound to an address of the interface, the socket would get no multicast.
  const mdns = multicastDns({ socket, port, ip: GROUP, interface: place.address, bind: '0.0.0.0', loopback: true })
  socket.removeAllListeners('message')
  socket.on('message', hear)

  // Of its own, since all interfaces listen to the one signal, and Node warns of more than ten listeners.
  const over = AbortSignal.any([signal])
  return new Promise((resolve, reject) => {
    const close = (): void => {
      over.removeEventListener('abort', abort)
      mdns.destroy()
    }
    const abort = (): void => {
      close()
      reject(signal.reason)
    }
    let isOpen = false
    // A warning is an interface that could not be joined: nothing would be heard. An error comes twice.
    const broken = (error: Error): void => {
      if (isOpen) {
        failed(error)
        return
      }
      close()
      reject(error)
    }
    over.addEventListener('abort', abort, { once: true })
    mdns.on('error', broken)
    mdns.on('warning', broken)
    mdns.on('ready', () => {
      isOpen = true
      resolve({
        send: (message, sent) => socket.send(message, port, GROUP, sent),
        // Sockets are read between timers and what was set to be immediate.
        catchUp: () => setImmediate(),
        close,
      })
    })
  })
}
