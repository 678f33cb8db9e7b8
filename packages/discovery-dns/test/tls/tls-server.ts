import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { formatEndpoint } from '@pstorage/discovery-core'
import { type DnsQuery, framed, readDnsQuery, type ServerCertificate } from '@pstorage/testbed'

/** The reply of a {@link tlsServer} to a query: messages in order, and whether it closes the connection then. */
export interface TlsReply {
  readonly messages: readonly Uint8Array[]
  readonly close?: boolean
}

/** The behaviour of a TLS server. */
export interface TlsServerOptions extends Pick<TlsOptions, 'ALPNProtocols' | 'maxVersion'> {
  readonly certificate: ServerCertificate
  /** All queries that are whole by then; each is given once. */
  readonly answer: (queries: readonly DnsQuery[]) => TlsReply
}

/** A server of raw TLS that does what it is told. */
export interface TlsServer extends AsyncDisposable {
  readonly server: string
  readonly address: string
  readonly port: number
  /** The number of connections so far. */
  readonly connections: number
  /** Resolves when all connections that there were are gone. */
  disconnected(): Promise<unknown>
  /** Queries in the order in which they came. */
  readonly queries: readonly DnsQuery[]
  /** The name that clients have asked for (SNI), of each connection. */
  readonly names: readonly (string | false)[]
}

/** Starts it on a free port of 127.0.0.1. */
export async function tlsServer({ certificate, answer, ...options }: TlsServerOptions): Promise<TlsServer> {
  const [cert, key] = await Promise.all([readFile(certificate.certificateFile), readFile(certificate.keyFile)])
  const sockets = new Set<TLSSocket>()
  const queries: DnsQuery[] = []
  const names: (string | false)[] = []
  const gone: Promise<unknown>[] = []
  let connections = 0
  const server = createServer({ cert, key, ALPNProtocols: ['dot'], ...options }, (socket) => {
    connections += 1
    names.push(socket.servername ?? false)
    sockets.add(socket)
    gone.push(new Promise<void>((resolve) => socket.on('close', () => resolve())))
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    let pending = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => {
      pending = Buffer.concat([pending, bytes])
      const whole: DnsQuery[] = []
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0)
        whole.push(readDnsQuery(pending.subarray(2, end)))
        pending = pending.subarray(end)
      }
      queries.push(...whole)
      if (whole.length === 0 || !socket.writable) return
      const { messages, close = false } = answer(whole)
      for (const message of messages) socket.write(framed(message))
      if (close) socket.end()
    })
  })
  // A client that does not trust the certificate ends the handshake.
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const address = '127.0.0.1'
  return {
    address,
    port,
    server: formatEndpoint({ address, port }),
    queries,
    names,
    get connections() {
      return connections
    },
    disconnected: () => Promise.all(gone),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
