import { CancellationSource, type CancellationToken, type Clock, startTimer } from '@pstorage/discovery-core'
import type { NameServer } from '../config/name-server.js'
import { Connection, type OpenSocket, roundTripAlone } from './connection.js'
import { TcpError, type TcpRequest } from './tcp-transport.js'

/** Milliseconds after which a query that was sent behind others is sent over a connection of its own as well. */
const PATIENCE = 400

const answeredOtherwise = new Error('the other connection has answered')

/** Options of {@link Connections}. */
export interface ConnectionsPlan {
  readonly open: (server: NameServer) => OpenSocket
  /** True if a connection is kept for the next query when it has none; otherwise it is closed at once. */
  readonly keepIdle: boolean
  /**
   * Set where servers may be unable to answer several queries of one connection (RFC 7766 asks them to, and some are older): times
   * when one of them is put over a connection of its own. That is also done when they fail.
   */
  readonly patient: Clock | undefined
}

/** One connection to each server, over which all queries to it go (RFC 7766 section 6.2.1). */
export class Connections {
  readonly #plan: ConnectionsPlan
  readonly #open = new Map<string, Connection>()
  #isClosed = false

  constructor(plan: ConnectionsPlan) {
    this.#plan = plan
  }

  /** Puts one query. Fails as a conversation does. */
  async ask(conversation: TcpRequest): Promise<void> {
    for (;;) {
      if (this.#isClosed) throw new TcpError('ECLOSED', 'was left')
      const connection = this.#connectionTo(conversation.server)
      try {
        return await this.#converse(connection, conversation)
      } catch (error) {
        if (this.#plan.patient !== undefined && connection.isShared && !conversation.signal.aborted) {
          return roundTripAlone(this.#plan.open(conversation.server), conversation)
        }
        // A server may close after any answer; what it has not answered is asked again (RFC 7766 section 6.2.4).
        const wasClosed = error instanceof TcpError && (error.code === 'ECLOSED' || error.code === 'ECONNRESET')
        if (!wasClosed || connection.done === 0) throw error
      }
    }
  }

  /** Closes all of them at once. */
  close(): void {
    this.#isClosed = true
    for (const connection of this.#open.values()) connection.close()
    this.#open.clear()
  }

  #connectionTo(server: NameServer): Connection {
    const known = this.#open.get(server.text)
    if (known?.usable === true) return known
    const { open, keepIdle } = this.#plan
    const connection: Connection = new Connection(open(server), () => {
      if (keepIdle) return
      if (this.#open.get(server.text) === connection) this.#open.delete(server.text)
      connection.close()
    })
    this.#open.set(server.text, connection)
    return connection
  }

  #converse(connection: Connection, conversation: TcpRequest): Promise<void> {
    const { patient } = this.#plan
    if (patient === undefined || !connection.busy) return connection.roundTrip(conversation)
    return this.#converseTwice(connection, conversation, patient)
  }

  /** Servers of old answer the first query of a connection and look at no other, or at each only after the one before. */
  async #converseTwice(connection: Connection, conversation: TcpRequest, clock: Clock): Promise<void> {
    const over = linkedAbort(conversation.signal)
    const own = { ...conversation, signal: over.signal }
    let alone: Connection | undefined
    let underWay = 1
    try {
      await new Promise<void>((resolve, reject) => {
        const failed = (error: unknown): void => {
          underWay -= 1
          if (underWay === 0) reject(error)
        }
        const stop = startTimer(clock, PATIENCE, () => {
          underWay += 1
          alone = new Connection(this.#plan.open(conversation.server))
          alone.roundTrip(own).then(resolve, failed)
        })
        connection.roundTrip(own).then(resolve, failed)
        over.signal.addEventListener('abort', stop, { once: true })
      })
    } finally {
      over.abort(answeredOtherwise)
      alone?.close()
    }
  }
}

/** An abort of one's own that also happens when another does. Unlike with `AbortSignal.any` nothing is left to the garbage collector. */
export class LinkedAbort {
  readonly #own = new CancellationSource()
  readonly #letGo: () => void

  constructor(parent: AbortSignal | CancellationToken) {
    const onParent = (): void => this.#own.abort(parent.reason)
    this.#letGo = parent.aborted ? () => {} : listenTo(parent, onParent)
    if (parent.aborted) onParent()
  }

  get ending(): CancellationToken {
    return this.#own
  }

  /** Any number may listen to it. */
  get signal(): AbortSignal {
    return this.#own.signal
  }

  /** Aborts, and lets go of the other one; to be called at the end in any case. */
  abort(reason: unknown): void {
    this.#letGo()
    this.#own.abort(reason)
  }
}

/** Links to the end of a question, or to a signal. */
export function linkedAbort(parent: AbortSignal | CancellationToken): LinkedAbort {
  return new LinkedAbort(parent)
}

function listenTo(parent: AbortSignal | CancellationToken, listener: () => void): () => void {
  if ('onAbort' in parent) return parent.onAbort(listener)
  parent.addEventListener('abort', listener, { once: true })
  return () => parent.removeEventListener('abort', listener)
}
