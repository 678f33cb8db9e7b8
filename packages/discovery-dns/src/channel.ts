import { DNS_PORT } from './name-server.js'
import { type Converse, converse } from './tcp-conversation.js'

/** The way on which servers are asked, apart from plain UDP. */
export interface Channel {
  /** Puts one question over a connection. */
  readonly ask: Converse
  /** Transfers a zone over a connection of its own. */
  readonly transfer: Converse
  /** The port of servers that are known without one. */
  readonly port: number
  /** Whether UDP may be used too. */
  readonly udp: boolean
  /** Whether who answers has proven who it is, for everything that it says. */
  readonly authenticated: boolean
  /** Closes what is kept between questions. */
  close(): void
}

/** UDP, and TCP where that is needed. */
export const plainChannel: Channel = Object.freeze({
  ask: converse,
  transfer: converse,
  port: DNS_PORT,
  udp: true,
  authenticated: false,
  close: () => {},
})
