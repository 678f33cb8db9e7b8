import { checkOptions } from './check-options.js'
import { closeListeners, type Listeners, listen } from './listen.js'
import { Notifier } from './notifier.js'
import { Responder } from './responder.js'
import type { Secondary } from './secondary.js'
import { TcpListener } from './tcp-listener.js'
import type { TransferPolicy } from './transfer-policy.js'
import type { TsigKey } from './tsig-key.js'
import { UdpListener } from './udp-listener.js'
import { wireNameToText } from './wire-name.js'
import { type ZoneContents, ZoneSource } from './zone-source.js'

/** A query that was understood, as the observer sees it. */
export interface ReceivedQuery {
  /** The name asked for, without the final dot, in the spelling of the question. */
  readonly name: string
  /** The type asked for: `SRV`, `AXFR`, ...; `TYPE64` and the like for types without a name here. */
  readonly type: string
  /** How it came. */
  readonly transport: 'udp' | 'tcp'
  /** From where it came. */
  readonly client: { readonly address: string; readonly port: number }
  /** The key that signed it, in lower case; `undefined` where none did, or the signature does not hold. */
  readonly key: string | undefined
}

/** Options of {@link clusterNameServer}; `clusters` or `zone` must be there, not both. */
export type ClusterNameServerOptions = ZoneContents & {
  /** The domain that is served, for example `pstorage.test`. */
  readonly origin: string
  /** IP address to listen on; default `127.0.0.1`. */
  readonly address?: string | undefined
  /** Port for both UDP and TCP; default 0, any port that is free on both. */
  readonly port?: number | undefined
  /** Who may transfer the zone; default `['127.0.0.0/8', '::1']`, whatever `keys` there are. */
  readonly allowTransfer?: TransferPolicy | undefined
  /** Secondaries that are told when the server starts, and by `update`, that there is something new (NOTIFY, RFC 1996). */
  readonly notify?: readonly Secondary[] | undefined
  /** Keys with which clients may sign queries, whose answers are then signed (TSIG, RFC 8945); default none. */
  readonly keys?: readonly TsigKey[] | undefined
  /** TTL of the records of an inventory, in seconds; default 300. */
  readonly ttl?: number | undefined
  /** Owner of the SRV records of an inventory, before the cluster name; default `_pstorage._tcp`. */
  readonly service?: string | undefined
  /** Owner of the TXT records with the names of an inventory; default `pstorage_clusters`. */
  readonly clustersRecord?: string | undefined
  /** Largest UDP answer in bytes, 512 to 65507; default 1232. */
  readonly udpPayloadSize?: number | undefined
  /** How long a TCP client may take over a query, or to take an answer, in milliseconds; default 10 000. */
  readonly idleTimeout?: number | undefined
  /** How many TCP connections are served at once; more are closed at once; default 256. */
  readonly maxConnections?: number | undefined
  /** The time by which signatures are judged, in milliseconds since 1970-01-01 UTC; default `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Called for each query that was understood. What it throws goes to `onError`, and the query is answered. */
  readonly onQuery?: ((query: ReceivedQuery) => void) | undefined
  /**
   * Called with what went wrong here and costs the server nothing else: a fault of ours in an answer (the client gets SERVFAIL, or
   * is cut off where a transfer has begun), what `onQuery` threw, errors of the sockets, and a secondary of `notify` that does not answer. What it throws is not caught. Default:
   * the first becomes a warning of the process.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** A name server that is listening. */
export interface ClusterNameServer extends AsyncDisposable {
  /** The domain that is served, without the final dot. */
  readonly origin: string
  /** The IP address it listens on. */
  readonly address: string
  /** The port it listens on, the same for UDP and TCP. */
  readonly port: number
  /**
   * Serves something else from now on, and tells the secondaries; transfers that run finish with the old contents. The
   * serial goes up (RFC 1982): by one, or to that of the zone text where that is newer.
   *
   * @throws NameServerError `ERR_OPTION_INVALID` or `ERR_ZONE_INVALID`; the old contents are then still served.
   */
  update(contents: ZoneContents): void
  /** Stops listening and ends all connections; resolves when no socket and no timer is left. May be called twice. */
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
