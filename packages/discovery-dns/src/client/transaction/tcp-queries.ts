import { type Message, MessageError, readMessage, readQuestions } from '@pstorage/dns-message'
import type { NameServer } from '../../config/name-server.js'
import { isReplyTo, type Query } from '../../reply/query.js'
import { faultOfError, faultOfTcpError, type ServerFault } from '../../reply/server-fault.js'
import { type RoundTrip, TcpError } from '../../transport/tcp-transport.js'
import type { ExchangePlan } from './exchange-plan.js'
import { describeStep, type FallbackReason, type FallbackSteps } from './fallback-steps.js'
import type { SentQuery } from './sent-query.js'
import type { UdpQueries } from './udp-queries.js'

/** Goes before the reason why TCP did not help. */
const TRUNCATED = 'truncated its answer and '
const AFTER_TRUNCATION = 'by TCP after truncation'

/** The transaction of queries over TCP. */
interface TcpQueriesHost {
  readonly server: NameServer
  readonly isClosed: boolean
  signal(): AbortSignal
  reply(message: Message, transport: 'tcp', query: SentQuery): void
  fail(fault: ServerFault): void
}

/** Queries of one transaction over TCP: beside those over UDP, or instead of them. */
export class TcpQueries {
  readonly #plan: ExchangePlan
  readonly #host: TcpQueriesHost
  readonly #steps: FallbackSteps
  readonly #udp: UdpQueries
  #open = 0
  #isOnly = false
  #isTruncated = false
  /** The reason why TCP beside UDP did not help. */
  #fault: ServerFault | undefined

  constructor(plan: ExchangePlan, host: TcpQueriesHost, steps: FallbackSteps, udp: UdpQueries) {
    this.#plan = plan
    this.#host = host
    this.#steps = steps
    this.#udp = udp
  }

  /** Returns whether nothing is expected over UDP any more. */
  get isOnly(): boolean {
    return this.#isOnly
  }

  /** Returns whether TCP is used because the answer over UDP was truncated. */
  get isTruncated(): boolean {
    return this.#isTruncated
  }

  /** A phrase about a server that has not answered. */
  get silence(): string {
    return this.#isTruncated ? `${TRUNCATED}gave none by TCP` : 'gave no answer'
  }

  /** Sends a query with which nothing is expected over UDP. */
  sendOnly(query: SentQuery): void {
    this.#isOnly = true
    this.send(query)
  }

  /**
   * Sends a query while replies over UDP still count, as a server need not serve TCP. Replies cannot be forged over a
   * connection (RFC 5452 section 9.3), and large ones may come through only there.
   */
  sendBeside(query: SentQuery, reason: FallbackReason): void {
    const release = this.#plan.slots.acquireNow()
    if (release === undefined) {
      if (reason === 'silence' || reason === 'flood') return
      // The connection is opened in place of the socket.
      this.#udp.close()
    }
    this.send({ ...query, step: 'tcp', reason, note: describeStep('tcp', reason) }, release)
  }

  /** Sends a query once more whose answer over UDP was truncated. */
  sendAfterTruncation(query: SentQuery): void {
    this.#isTruncated = true
    this.#steps.stop()
    const fault = this.#fault
    if (fault !== undefined) {
      this.#host.fail({ ...fault, reason: `${TRUNCATED}${fault.reason}` })
      return
    }
    this.#isOnly = true
    this.#udp.close()
    // A connection that was opened beside UDP has the same query already, unless this is another form.
    if (this.#open > 0 && query.step === undefined) return
    const note = query.note === null ? AFTER_TRUNCATION : `${query.note}, ${AFTER_TRUNCATION}`
    this.send({ ...query, note })
  }

  /** @param release called when the connection is not needed any more */
  send(query: SentQuery, release: () => void = NOTHING_TO_DO): void {
    const host = this.#host
    const { server } = host
    const signal = host.signal()
    this.#open += 1
    const over = (): void => {
      this.#open -= 1
      release()
    }
    queryOverTcp(this.#plan.converse, server, query, signal).then(
      (message) => {
        over()
        if (message === undefined || signal.aborted || host.isClosed) return
        if (message.header.truncated) this.failed(badReply(server, 'truncated its answer also by TCP'))
        else host.reply(message, 'tcp', query)
      },
      (error: unknown) => {
        over()
        if (signal.aborted || host.isClosed) return
        if (error instanceof MessageError && this.#isOnly && this.#steps.unusable('unreadable', query.step)) return
        this.failed(faultOfTcpQuery(server, error, this.#isTruncated ? TRUNCATED : ''))
      },
    )
  }

  /** Takes note of a fault, which is that of the server only where no other query may be answered. */
  failed(fault: ServerFault): void {
    if (!this.#isOnly) {
      this.#fault = fault
      this.#steps.tcpFailed()
    } else if (this.#open === 0) {
      this.#host.fail(fault)
    }
  }
}

const NOTHING_TO_DO = (): void => {}

/** Messages to other questions after which a connection is closed. */
const FOREIGN_MESSAGES = 100

/** Sends a query over a connection, and resolves with the reply. Rejects as `converse` does, and for unreadable messages. */
function queryOverTcp(
  converse: RoundTrip,
  server: NameServer,
  query: Query,
  signal: AbortSignal,
): Promise<Message | undefined> {
  let foreign = 0
  let message: Message | undefined
  const hear = (bytes: Buffer): 'more' | 'done' => {
    if (!isReplyTo(query, bytes)) {
      // An unreadable message is no reply to anything.
      readQuestions(bytes)
      foreign += 1
      if (foreign >= FOREIGN_MESSAGES) throw new TcpError('EBADREPLY', 'sent only replies to other questions')
      return 'more'
    }
    message = readMessage(Buffer.from(bytes))
    return 'done'
  }
  return converse({ server, request: query.bytes, signal, onMessage: hear }).then(() => message)
}

/**
 * Returns the fault of a server for an error of {@link queryOverTcp}.
 *
 * @param prefix goes before the reason
 */
function faultOfTcpQuery(server: NameServer, error: unknown, prefix: string): ServerFault {
  if (error instanceof MessageError) return badReply(server, `${prefix}sent rubbish (${error.message})`)
  if (!(error instanceof TcpError)) return faultOfError(server, error)
  if (error.code === 'EBADREPLY') return badReply(server, `${prefix}${error.message}`)
  return { ...faultOfTcpError(server, error), reason: `${prefix}${error.message}` }
}

/** Returns the fault of a server whose replies cannot be used. */
export function badReply(server: NameServer, reason: string): ServerFault {
  return { server, status: 'malformed', code: 'EBADREPLY', reason }
}
