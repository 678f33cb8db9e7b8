import { createSocket } from 'node:dgram'
import { restrictToInterface } from './group-socket.js'
import type { MulticastFamily } from './multicast-interface.js'
import { type FamilyPort, type LinkOptions, RECEIVE_BUFFER } from './multicast-link.js'

/**
 * Opens an interface over one IP version, with a socket of its own, which multicast-dns binds to the shared port, joins
 * to the group, and keeps joined.
 *
 * Datagrams go to `onMessage` and never into the decoder of multicast-dns, which reads beyond the end of records and
 * trusts forged lengths. Messages are written here too: that library cannot write a label with a dot in it.
 */
export async function openSharedPort(family: MulticastFamily, options: LinkOptions): Promise<FamilyPort> {
  const { port, signal, onMessage, onError } = options
  // Loaded with the first query by multicast.
  const { default: multicastDns } = await import('multicast-dns')
  signal.throwIfAborted()
  const { socketType: type, group, destination, receivingAddress } = family
  const shared = { type, reuseAddr: true, recvBufferSize: RECEIVE_BUFFER }
  const socket = createSocket(type === 'udp6' ? { ...shared, ipv6Only: true } : shared)
  // Messages return to their sender (IP_MULTICAST_LOOP), which shows that something can be received.
  const own = { interface: family.interface, bind: receivingAddress, loopback: true }
  const mdns = multicastDns({ socket, type, port, ip: group, ...own })
  socket.removeAllListeners('message')

  // A signal of its own: all interfaces listen to the one signal, and Node.js warns of more than ten listeners.
  const linked = AbortSignal.any([signal])
  return new Promise((resolve, reject) => {
    let release = (): void => undefined
    const close = (): void => {
      linked.removeEventListener('abort', abort)
      release()
      mdns.destroy()
    }
    const abort = (): void => {
      close()
      reject(signal.reason)
    }
    let isOpen = false
    // A warning is an interface that could not be joined, which would receive nothing. An error comes twice.
    const broken = (error: Error): void => {
      if (isOpen) {
        onError(error)
        return
      }
      close()
      reject(error)
    }
    linked.addEventListener('abort', abort, { once: true })
    mdns.on('error', broken)
    mdns.on('warning', broken)
    mdns.on('ready', () => {
      isOpen = true
      const member = restrictToInterface(socket, family)
      release = () => member.release()
      socket.on('message', (bytes, { address, port: from }) => {
        onMessage(bytes, { address, port: from, isToGroup: member.isExact })
      })
      resolve({
        send: (message, sent) => socket.send(message, port, destination, sent),
        close,
      })
    })
  })
}
