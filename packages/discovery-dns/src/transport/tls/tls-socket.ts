import { createHash } from 'node:crypto'
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls'
import { quoteText } from '@pstorage/discovery-core'
import type { NameServer } from '../../config/name-server.js'
import { type OpenSocket, roundTripAlone, type SocketListener } from '../connection.js'
import { Connections } from '../connections.js'
import { TcpError } from '../tcp-transport.js'
import type { Transport } from '../transport.js'
import type { TlsTrust } from './tls-trust.js'

/** Opens a connection. What comes before the server is trusted is not heard. */
function openTls(server: NameServer, trust: TlsTrust, purpose: TlsPurpose, listener: SocketListener): TLSSocket {
  const [address = server.address] = server.address.split('%')
  const { name, verifyCertificate } = trust
  let isTrusted = false
  const socket = connect({
    host: server.address,
    port: server.port,
    secureContext: trust[purpose],
    ALPNProtocols: [PROTOCOL],
    rejectUnauthorized: verifyCertificate,
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name ?? address, certificate),
    ...(name === undefined ? {} : { servername: name }),
  })
  socket.setNoDelay(true)
  socket.on('secureConnect', () => {
    const fault = faultOfProtocol(socket.alpnProtocol, trust, purpose) ?? faultOfKey(socket, trust)
    if (fault !== undefined) return listener.failed(fault)
    isTrusted = true
    socket.on('data', (bytes) => listener.data(bytes))
    listener.ready()
  })
  socket.on('error', (error: NodeJS.ErrnoException) => listener.failed(isTrusted ? lost(error) : notTrusted(error)))
  const onClosed = (): void => listener.failed(new TcpError('ECLOSED', 'closed the connection'))
  socket.on('end', onClosed)
  socket.on('close', onClosed)
  return socket
}

function faultOfKey(socket: TLSSocket, { pins }: TlsTrust): TcpError | undefined {
  if (pins.size === 0) return undefined
  const pin = pinOf(socket)
  if (pin !== undefined && pins.has(pin)) return undefined
  return new TcpError('EPIN', `has another public key than the pins say: ${pin ?? 'none'}`, { status: 'failed' })
}

function pinOf(socket: TLSSocket): string | undefined {
  const key = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' })
  return key === undefined ? undefined : createHash('sha256').update(key).digest('base64')
}

function lost(error: NodeJS.ErrnoException): TcpError {
  const code = error.code ?? 'EIO'
  return new TcpError(code, `lost the connection: ${code}`, { cause: error })
}

/** Errors of the system have the name of a system call; all others are about TLS itself. */
function notTrusted(error: NodeJS.ErrnoException): TcpError {
  const { code = 'EIO', syscall, message } = error
  if (syscall !== undefined || code === 'ECONNRESET') {
    return new TcpError(code, `cannot be reached by TLS: ${code}`, { cause: error })
  }
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') {
    return new TcpError(code, `does not agree on TLS: ${code}`, { status: 'failed', cause: error })
  }
  const reason = `has a certificate that is not trusted: ${code} (${message})`
  return new TcpError(code, reason, { status: 'failed', cause: error })
}

/** The protocol that is agreed on in the handshake (ALPN): RFC 7858 section 3.1, RFC 9103 section 7.1. */
const PROTOCOL = 'dot'

/** Purpose of a connection. Transfers require more: TLS 1.3, and `dot` selected by the server (RFC 9103 section 7.1). */
export type TlsPurpose = 'querying' | 'transferring'

/**
 * Returns what is wrong with the protocol that a server has selected; `undefined` when nothing is.
 *
 * @param selected `false` or nothing where it has selected none
 */
export function faultOfProtocol(
  selected: string | false | null,
  { requireAlpn }: { readonly requireAlpn: boolean },
  purpose: TlsPurpose,
): TcpError | undefined {
  if (selected === PROTOCOL) return undefined
  if (selected !== false && selected !== null && selected !== '') {
    return fault(`selects another protocol than "${PROTOCOL}" (ALPN): ${quoteText(selected, { maxLength: 40 })}`)
  }
  if (purpose === 'querying' || !requireAlpn) return undefined
  return fault(
    `selects no protocol "${PROTOCOL}" (ALPN), as RFC 9103 has it for transfers over TLS; where it is known to transfer ` +
      'zones all the same, allow that: tls.alpn "offer", --tls-alpn offer',
  )
}

function fault(message: string): TcpError {
  return new TcpError('EALPN', message, { status: 'failed' })
}

/** The port of DNS over TLS, also of transfers (RFC 7858 section 3.1, RFC 9103 section 7.1). */
export const TLS_PORT = 853

/**
 * Asks over TLS and nothing else: one connection for each server, shared by all questions, and one of its own for each
 * transfer. It never falls back to clear text.
 */
export function tlsTransport(trust: TlsTrust): Transport {
  const open =
    (server: NameServer, purpose: TlsPurpose): OpenSocket =>
    (listener) =>
      openTls(server, trust, purpose, listener)
  const connections = new Connections({
    open: (server) => open(server, 'querying'),
    keepIdle: true,
    patient: undefined,
  })
  return {
    shared: (conversation) => connections.ask(conversation),
    own: (conversation) => roundTripAlone(open(conversation.server, 'transferring'), conversation),
    close: () => connections.close(),
    port: TLS_PORT,
    udp: false,
    authenticated: true,
  }
}
