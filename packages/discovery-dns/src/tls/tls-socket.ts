import { createHash } from 'node:crypto'
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls'
import type { SocketListener } from '../connection.js'
import type { NameServer } from '../name-server.js'
import { TcpError } from '../tcp-conversation.js'
import { faultOfProtocol, PROTOCOL, type TlsPurpose } from './tls-protocol.js'
import type { TlsTrust } from './tls-trust.js'

/** Opens a connection. What comes before the server is trusted is not heard. */
export function openTls(server: NameServer, trust: TlsTrust, purpose: TlsPurpose, listener: SocketListener): TLSSocket {
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
