import { closeListeners, listen, TcpListener, UdpListener } from '../../src/server/listeners.js'
import type { Responder } from '../../src/server/responder.js'

/** Both sockets of a server, around a responder that a test has made. */
export async function listening(responder: Responder): Promise<AsyncDisposable & { readonly port: number }> {
  const listeners = await listen(
    {
      udp: () => new UdpListener('127.0.0.1', responder),
      tcp: () => new TcpListener(responder, { idleTimeout: 10_000, maxConnections: 256 }),
    },
    { address: '127.0.0.1', port: 0, report: () => {} },
  )
  return { port: listeners.port, [Symbol.asyncDispose]: () => closeListeners(listeners) }
}
