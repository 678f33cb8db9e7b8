import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { fateOf, type Relaying, type RelayPart } from './link-faults.js'

/** Number of clients that are kept apart at once; a new one replaces the oldest, as in any router. */
const MAX_CLIENTS = 1_024

/** Relays datagrams: each client has a socket of its own to the server, so that answers find back. */
export async function udpRelay(
  relaying: Relaying,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<RelayPart> {
  const { target, random, faults, count } = relaying
  const timers = new Set<NodeJS.Timeout>()
  const clients = new Map<string, Socket>()
  const front = createSocket('udp4')
  front.on('error', () => undefined)

  const deliver = (datagram: Uint8Array, send: (bytes: Uint8Array) => void): void => {
    const { delays, bytes } = fateOf(datagram, faults(), random)
    count(delays.length === 0)
    for (const delay of delays) {
      const timer = setTimeout(() => {
        timers.delete(timer)
        send(bytes)
      }, delay)
      timers.add(timer)
    }
  }
  const backOf = (client: { readonly address: string; readonly port: number }): Socket => {
    const key = `${client.address}:${client.port}`
    const known = clients.get(key)
    if (known !== undefined) return known
    const back = createSocket('udp4')
    // A server that is not there refuses, and the client hears nothing: a relay is no router that tells.
    back.on('error', () => undefined)
    back.on('message', (answer) => {
      deliver(answer, (bytes) => front.send(bytes, client.port, client.address, () => undefined))
    })
    clients.set(key, back)
    const [oldest] = clients
    if (clients.size > MAX_CLIENTS && oldest !== undefined) {
      clients.delete(oldest[0])
      oldest[1].close()
    }
    return back
  }
  front.on('message', (datagram, client) => {
    const back = backOf(client)
    deliver(datagram, (bytes) => {
      if (clients.get(`${client.address}:${client.port}`) !== back) return
      back.send(bytes, target().port, target().address, () => undefined)
    })
  })
  front.bind(port, address)
  try {
    await once(front, 'listening')
  } catch (error) {
    front.close()
    throw error
  }
  return {
    async close() {
      for (const timer of timers) clearTimeout(timer)
      const sockets = [front, ...clients.values()]
      clients.clear()
      await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))))
    },
  }
}
