import { once } from 'node:events'
import type { Report } from './fault-report.js'
import { NameServerError } from './name-server-error.js'
import { quote } from './quote.js'
import type { TcpListener } from './tcp-listener.js'
import type { UdpListener } from './udp-listener.js'

/** Both sockets, on one port. */
export interface Listeners {
  readonly udp: UdpListener
  readonly tcp: TcpListener
  readonly port: number
}

/** Where to listen, and who hears of what goes wrong later. */
export interface ListenSettings {
  readonly address: string
  readonly port: number
  readonly report: Report
}

/** Makes sockets that are not bound yet. */
export interface ListenerFactory {
  udp(): UdpListener
  tcp(): TcpListener
}

// Of the ports that the system gives for TCP, so many may be taken for UDP before we give up.
const portAttempts = 32

/**
 * Binds UDP and TCP to the same port, for port 0 one that is free on both.
 *
 * @throws NameServerError `ERR_BIND_FAILED` with the error of the system as `cause`; nothing is left open then.
 */
export async function listen(make: ListenerFactory, { address, port, report }: ListenSettings): Promise<Listeners> {
  for (let attempt = 1; ; attempt++) {
    try {
      const listeners = await bindBoth(make, address, port)
      // What goes wrong from now on (a connection that cannot be accepted) concerns one client, who asks again.
      listeners.tcp.on('error', report)
      listeners.udp.on('error', report)
      return listeners
    } catch (cause) {
      if (port === 0 && attempt < portAttempts && codeOf(cause) === 'EADDRINUSE') continue
      const reason = cause instanceof Error ? cause.message : 'unknown reason'
      throw new NameServerError('ERR_BIND_FAILED', `cannot listen on ${quote(address)} port ${port}: ${reason}`, {
        cause,
      })
    }
  }
}

async function bindBoth(make: ListenerFactory, address: string, port: number): Promise<Listeners> {
  const tcp = make.tcp()
  await ready(tcp, () => tcp.listen(port, address))
  const bound = portOf(tcp)
  const udp = make.udp()
  try {
    await ready(udp, () => udp.bind(bound, address))
  } catch (error) {
    await Promise.all([closed(tcp), closed(udp)])
    throw error
  }
  return { udp, tcp, port: bound }
}

/** Stops listening and ends all connections. */
export async function closeListeners({ udp, tcp }: Listeners): Promise<void> {
  const all = Promise.all([closed(tcp), closed(udp)])
  tcp.destroyConnections()
  await all
}

// once() rejects when 'error' comes first. The promises of dns2 for this never do.
async function ready(listener: UdpListener | TcpListener, start: () => void): Promise<void> {
  const listening = once(listener, 'listening')
  start()
  await listening
}

function closed(listener: UdpListener | TcpListener): Promise<void> {
  return new Promise((resolve) => {
    listener.close(() => resolve())
  })
}

function portOf(tcp: TcpListener): number {
  const address = tcp.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP listener without a port')
  return address.port
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
