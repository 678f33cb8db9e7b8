import { type Message, readMessage } from '@pstorage/dns-message'
import { type Peer, Responder } from '../../src/server/responder.js'
import type { ClusterNameServerOptions } from '../../src/server/server-options.js'
import { checkOptions } from '../../src/server/server-options.js'
import { ZoneSource } from '../../src/zone/zone-source.js'

/** A responder without sockets. */
export function responderOf(options: ClusterNameServerOptions): Responder {
  const settings = checkOptions(options)
  return new Responder(new ZoneSource(settings).build(options), settings)
}

export const udpPeer: Peer = { transport: 'udp', address: '127.0.0.1', port: 5300 }
export const tcpPeer: Peer = { transport: 'tcp', address: '127.0.0.1', port: 5300 }

/** The responses to a message, read; `undefined` where there is to be none. */
export function responses(responder: Responder, bytes: Uint8Array, peer: Peer): Message[] | undefined {
  const messages = responder.respond(bytes, peer)
  return messages && Array.from(messages, (message) => readMessage(message))
}

/** The one response to a message. */
export function response(responder: Responder, bytes: Uint8Array, peer: Peer = udpPeer): Message {
  const [message, ...more] = responses(responder, bytes, peer) ?? []
  if (message === undefined || more.length > 0) throw new Error('not exactly one response')
  return message
}
