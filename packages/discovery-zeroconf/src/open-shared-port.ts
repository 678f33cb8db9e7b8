import { createSocket } from 'node:dgram'
import { setImmediate } from 'node:timers/promises'
import type { MulticastFamily } from './multicast-family.js'
import type { LinkOptions, MulticastLink } from './multicast-link.js'

/** Octets that may wait to be read, as far as the system allows: on a large network everybody answers within 100 ms. */
export const RECEIVE_BUFFER: number = 512 * 1_024

/**
 * Opens an interface over one IP version, with a socket of its own, which multicast-dns binds to the port that everybody
 * shares, joins to the group, and keeps joined.
 *
 * What is received goes to `hear` and never into the decoder of multicast-dns, which reads beyond the end of records and
 * takes forged lengths at their word. What is sent is written here too: that library cannot write a label with a dot in it.
 */
export async function openSharedPort(family: MulticastFamily, options: LinkOptions): Promise<MulticastLink> {
  const { port, signal, hear, failed } = options
  // Whoever does not ask by multicast never loads it.
  const { default: multicastDns } = await import('multicast-dns')
  signal.throwIfAborted()
  const { socketType: type, group, destination, anyAddress } = family
  const shared = { type, reuseAddr: true, recvBufferSize: RECEIVE_BUFFER }
  const socket = createSocket(type === 'udp6' ? { ...shared, ipv6Only: true } : shared)
  const own = { interface: family.interface, bind: anyAddress, loopback: true }
  const mdns = multicastDns({ socket, type, port, ip: group, ...own })
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
        send: (message, sent) => socket.send(message, port, destination, sent),
        // Sockets are read between timers and what was set to be immediate.
        catchUp: () => setImmediate(),
        close,
      })
    })
  })
}
