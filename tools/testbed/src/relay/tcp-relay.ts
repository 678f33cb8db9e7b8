import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { corrupted, happens, RETRANSMISSION, type Relaying, type RelayPart } from './link-faults.js'

/** Relays connections: what goes through comes late and in order, or the connection is reset. */
export async function tcpRelay(
  relaying: Relaying,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<RelayPart> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const { address: host, port } = relaying.target()
    const back = connect({ host, port, allowHalfOpen: true })
    for (const socket of [client, back]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
    direct(client, back, relaying)
    direct(back, client, relaying)
  })
  server.listen(port, address)
  await once(server, 'listening')
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** One direction. */
function direct(from: Socket, to: Socket, { random, faults, count }: Relaying): void {
  const timers = new Set<NodeJS.Timeout>()
  // Nothing overtakes within a connection.
  let freeAt = 0
  const later = (delay: number, act: () => void): void => {
    freeAt = Math.max(freeAt, performance.now() + delay)
    const timer = setTimeout(() => {
      timers.delete(timer)
      act()
    }, freeAt - performance.now())
    timers.add(timer)
  }
  from.on('data', (segment) => {
    const { loss = 0, delay = 0, jitter = 0, corruption = 0, resets = 0 } = faults()
    const isLost = happens(loss, random)
    count(isLost)
    const bytes = happens(corruption, random) ? corrupted(segment, random) : segment
    const isReset = happens(resets, random)
    later(delay + random.below(jitter + 1) + (isLost ? RETRANSMISSION : 0), () => {
      if (isReset) reset()
      else if (!to.destroyed) to.write(bytes)
    })
  })
  from.on('end', () => later(faults().delay ?? 0, () => to.end()))
  from.on('error', () => to.resetAndDestroy())
  from.on('close', () => {
    if (from.errored !== null) for (const timer of timers) clearTimeout(timer)
  })
  to.on('close', () => {
    for (const timer of timers) clearTimeout(timer)
  })
  const reset = (): void => {
    from.resetAndDestroy()
    to.resetAndDestroy()
  }
}
