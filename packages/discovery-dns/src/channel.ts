import type { Clock } from '@pstorage/discovery-core'
import { converseAlone, type OpenSocket } from './connection.js'
import { Connections } from './connections.js'
import { DNS_PORT, type NameServer } from './name-server.js'
import type { Converse } from './tcp-conversation.js'
import { openTcp } from './tcp-socket.js'

/** The way on which servers are asked, apart from plain UDP. */
export interface Channel {
  /** Puts a question over the connection to its server that all share. */
  readonly shared: Converse
  /** Puts a question, or transfers a zone, over a connection of its own. */
  readonly own: Converse
  /** The port of servers that are known without one. */
  readonly port: number
  /** Whether UDP may be used too. */
  readonly udp: boolean
  /** Whether who answers has proven who it is, for everything that it says. */
  readonly authenticated: boolean
  /** Closes what is kept between questions; to be called once by everybody who was given it. */
  close(): void
}

/** UDP, and TCP where that is needed. A shared connection is closed with the last question that is put over it. */
export function plainChannel(clock: Clock): Channel {
  const open =
    (server: NameServer): OpenSocket =>
    (listener) =>
      openTcp(server, listener)
  const connections = new Connections({ open, keepIdle: false, patient: clock })
  return {
    shared: (conversation) => connections.ask(conversation),
    own: (conversation) => converseAlone(open(conversation.server), conversation),
    port: DNS_PORT,
    udp: true,
    authenticated: false,
    // Nothing is kept.
    close: () => {},
  }
}
