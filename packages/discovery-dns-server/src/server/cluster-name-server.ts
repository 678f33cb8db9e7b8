import { wireNameToText } from '@pstorage/dns-message'
import { Notifier } from '../transfer/notifier.js'
import { type ZoneContents, ZoneSource } from '../zone/zone-source.js'
import { closeListeners, type Listeners, listen, TcpListener, UdpListener } from './listeners.js'
import { Responder } from './responder.js'
import { type ClusterNameServerOptions, checkOptions } from './server-options.js'

/** A name server that is listening. */
export interface ClusterNameServer extends AsyncDisposable {
  /** The domain that is served, without the final dot. */
  readonly origin: string
  /** The IP address it listens on. */
  readonly address: string
  /** The port it listens on, the same for UDP and TCP. */
  readonly port: number
  /**
   * Replaces the contents and notifies the secondaries; running transfers finish with the old contents. The serial increases
   * (RFC 1982): by one, or to that of the zone text if that is newer.
   *
   * @throws NameServerError `ERR_OPTION_INVALID` or `ERR_ZONE_INVALID`; the old contents stay in service.
   */
  update(contents: ZoneContents): void
  /** Stops listening and ends all connections; resolves when all sockets and timers are closed. May be called twice. */
  close(): Promise<void>
}

/**
 * Starts an authoritative name server for storage clusters, and resolves when it listens on UDP and TCP.
 *
 * @throws NameServerError `ERR_OPTION_INVALID`, `ERR_ZONE_INVALID` or `ERR_BIND_FAILED`, all as a rejection.
 */
export async function clusterNameServer(options: ClusterNameServerOptions): Promise<ClusterNameServer> {
  const settings = checkOptions(options)
  const source = new ZoneSource(settings)
  const responder = new Responder(source.build(options), settings)
  const make = {
    udp: () => new UdpListener(settings.address, responder),
    tcp: () => new TcpListener(responder, settings),
  }
  const listeners = await listen(make, settings)
  const notifier = new Notifier(settings)
  notifier.notify()
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= closeAll(listeners, notifier))
  return {
    origin: wireNameToText(settings.origin),
    address: settings.address,
    port: listeners.port,
    update: (contents) => {
      responder.zone = source.build(contents)
      if (closing === undefined) notifier.notify()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function closeAll(listeners: Listeners, notifier: Notifier): Promise<void> {
  await Promise.all([closeListeners(listeners), notifier.close()])
}
