import type { Channel } from '../channel.js'
import { converseAlone, type OpenSocket } from '../connection.js'
import { Connections } from '../connections.js'
import type { NameServer } from '../name-server.js'
import type { TlsPurpose } from './tls-protocol.js'
import { openTls } from './tls-socket.js'
import type { TlsTrust } from './tls-trust.js'

/** The port of DNS over TLS, also of transfers (RFC 7858 section 3.1, RFC 9103 section 7.1). */
export const TLS_PORT = 853

/**
 * Asks over TLS and nothing else: one connection for each server, shared by all questions, and one of its own for each
 * transfer. It never falls back to clear text.
 */
export function tlsChannel(trust: TlsTrust): Channel {
  const open =
    (server: NameServer, purpose: TlsPurpose): OpenSocket =>
    (listener) =>
      openTls(server, trust, purpose, listener)
  const connections = new Connections({ open: (server) => open(server, 'asking'), keepIdle: true, patient: undefined })
  return {
    shared: (conversation) => connections.ask(conversation),
    own: (conversation) => converseAlone(open(conversation.server, 'transferring'), conversation),
    close: () => connections.close(),
    port: TLS_PORT,
    udp: false,
    authenticated: true,
  }
}
