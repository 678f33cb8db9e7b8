import type { NameServer } from '../../config/name-server.js'
import { isReplyTo } from '../../reply/query.js'
import type { ReleaseSocket, SocketSemaphore } from '../../transport/socket-semaphore.js'
import { type UdpListener, UdpTransport } from '../../transport/udp-transport.js'
import type { SentQuery } from './sent-query.js'

interface UdpSend {
  readonly udp: UdpTransport
  readonly query: SentQuery
}

/** Queries of one transaction over UDP that may still be answered, and their sockets. */
export class UdpQueries {
  readonly #server: NameServer
  readonly #slots: SocketSemaphore
  readonly #listener: UdpListener
  #sent: readonly UdpSend[] = NOTHING_SENT
  /** For sockets beyond the first one. */
  #extraSlot: ReleaseSocket | undefined

  constructor(server: NameServer, slots: SocketSemaphore, listener: UdpListener) {
    this.#server = server
    this.#slots = slots
    this.#listener = listener
  }

  /**
   * Returns the socket of a query: that over which it went before, the latest one, or a new one.
   *
   * @param isGuarded gives a new query a port of its own, as a forger may know the port of the others
   */
  socketOf(query: SentQuery, isGuarded: boolean): UdpTransport {
    let udp = this.#sent.find((send) => send.query === query)?.udp
    if (udp !== undefined) return udp
    if (isGuarded && this.#sent.length > 0 && this.#extraSlot === undefined) {
      this.#extraSlot = this.#slots.acquireNow()
      if (this.#extraSlot === undefined) this.close()
      else udp = this.#open()
    }
    udp ??= this.#sent.at(-1)?.udp ?? this.#open()
    this.#sent = [...this.#sent, { udp, query }]
    return udp
  }

  /** Returns the query to which a message from a socket is a reply. */
  queryOf(bytes: Uint8Array, from: UdpTransport): SentQuery | undefined {
    return this.#sent.find((send) => send.udp === from && isReplyTo(send.query, bytes))?.query
  }

  close(): void {
    for (const { udp } of this.#sent) udp.close()
    this.#sent = NOTHING_SENT
    this.#extraSlot?.()
    this.#extraSlot = undefined
  }

  #open(): UdpTransport {
    return new UdpTransport(this.#server, this.#listener)
  }
}

const NOTHING_SENT: readonly UdpSend[] = []

/** Unbelievable replies over UDP after which a connection is tried as well. */
const FLOOD = 100
/** Replies to other questions that make an attack: a few may be late ones (RFC 5452 section 9.3). */
const ATTACK = 10

/** Counts the replies over UDP that a transaction did not believe. */
export class IgnoredReplies {
  #count = 0
  #foreign = 0
  #unreadable = 0
  #reason = ''

  get count(): number {
    return this.#count
  }

  /** The reason why the last one was not believed. */
  get reason(): string {
    return this.#reason
  }

  get isAttack(): boolean {
    return this.#foreign >= ATTACK
  }

  get hasUnreadable(): boolean {
    return this.#unreadable > 0
  }

  /** Adds a reply with a wrong cookie or without one, and returns whether it makes a flood; so do the other two. */
  add(reason: string): boolean {
    this.#count += 1
    this.#reason = reason
    return this.#count === FLOOD
  }

  addForeign(): boolean {
    this.#foreign += 1
    return this.add('replies to other questions')
  }

  addUnreadable(problem: string): boolean {
    this.#unreadable += 1
    return this.add(`malformed replies (${problem})`)
  }
}
