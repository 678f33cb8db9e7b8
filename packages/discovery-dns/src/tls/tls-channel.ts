import type { Channel } from '../channel.js'
import type { NameServer } from '../name-server.js'
import { type TcpConversation, TcpError } from '../tcp-conversation.js'
import { TlsConnection } from './tls-connection.js'
import type { TlsTrust } from './tls-trust.js'

/** The port of DNS over TLS, also of transfers (RFC 7858 section 3.1, RFC 9103 section 7.1). */
export const TLS_PORT = 853

/**
 * Asks over TLS and nothing else: one connection for each server, shared by all questions, and one of its own for each
 * transfer. It never falls back to clear text.
 *
 * @param signal closes all of it at once
 */
export function tlsChannel(trust: TlsTrust, signal: AbortSignal): Channel {
  const connections = new Map<string, TlsConnection>()
  let isClosed = false

  const connectionTo = (server: NameServer): TlsConnection => {
    const known = connections.get(server.text)
    if (known?.usable === true) return known
    const connection = new TlsConnection(server, trust, 'asking')
    connections.set(server.text, connection)
    return connection
  }
  const ask = async (conversation: TcpConversation): Promise<void> => {
    for (;;) {
      if (isClosed) throw new TcpError('ECLOSED', 'was left')
      const connection = connectionTo(conversation.server)
      try {
        return await connection.converse(conversation)
      } catch (error) {
        // A server may close after any answer; what it has not answered is asked again (RFC 7766 section 6.2.4).
        const wasClosed = error instanceof TcpError && (error.code === 'ECLOSED' || error.code === 'ECONNRESET')
        if (!wasClosed || connection.done === 0) throw error
      }
    }
  }
  const transfer = async (conversation: TcpConversation): Promise<void> => {
    const connection = new TlsConnection(conversation.server, trust, 'transferring')
    try {
      await connection.converse(conversation)
    } finally {
      connection.close()
    }
  }
  const close = (): void => {
    isClosed = true
    signal.removeEventListener('abort', close)
    for (const connection of connections.values()) connection.close()
  }
  signal.addEventListener('abort', close, { once: true })
  return { ask, transfer, close, port: TLS_PORT, udp: false, authenticated: true }
}
