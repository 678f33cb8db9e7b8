import {
  type Message,
  MessageError,
  ResponseCode,
  readHeader,
  readMessage,
  readQuestions,
  responseCode,
} from '@pstorage/dns-message'
import type { Cookie } from './cookies.js'
import type { ExchangePlan } from './exchange.js'
import type { NameServer } from './name-server.js'
import { isReplyTo, newQuery, type Query } from './query.js'
import { faultOfError, faultOfReply, faultOfTcpError, type ServerFault } from './server-fault.js'
import { TcpError } from './tcp-conversation.js'
import { UdpConversation, type UdpListener } from './udp-conversation.js'

/** What an exchange hears of the part of it that goes to one server. */
export interface ServerExchangeListener {
  /** Closes everything. Only asked for where something can listen to it. */
  signal(): AbortSignal
  answered(of: ServerExchange, message: Message, transport: 'udp' | 'tcp'): void
  /** Called once at most; the server is not asked again then. */
  failed(of: ServerExchange, fault: ServerFault): void
}

/** How many foreign messages a TCP connection may bring before it is given up. */
const FOREIGN_MESSAGES = 100
/** How many replies over UDP may be unbelievable before a connection is tried as well. */
const FLOOD = 100
/** What goes before the reason why TCP did not help. */
const TRUNCATED = 'truncated its answer and '

/** One question and one server: what was sent, what is believed, what was wrong. */
export class ServerExchange implements UdpListener {
  readonly server: NameServer
  readonly #plan: ExchangePlan
  readonly #listener: ServerExchangeListener
  /** Goes with the queries, if there is one, and is looked for in the replies. */
  readonly #cookie: Cookie | undefined
  #query: Query
  #udp: UdpConversation | undefined
  /** Whether nothing is expected over UDP any more. */
  #tcpStarted = false
  #isConversing = false
  /** Whether TCP is used because the answer was truncated over UDP. */
  #isTruncated = false
  /** Whether that is because an answer came without the cookie that it should have had. */
  #isUnproven = false
  #cookiesRefused = 0
  #sends = 0
  #ignored = 0
  /** Why the last reply was not believed. */
  #whyIgnored = ''
  #fault: ServerFault | undefined

  constructor(plan: ExchangePlan, server: NameServer, listener: ServerExchangeListener) {
    this.#plan = plan
    this.server = server
    this.#listener = listener
    this.#cookie = plan.cookies?.of(server)
    this.#query = this.#newQuery()
  }

  /** What is wrong with this server by now; `undefined` when it was not asked. */
  get fault(): ServerFault | undefined {
    if (this.#fault !== undefined || this.#sends === 0) return this.#fault
    const { server } = this
    if (this.#ignored > 0 && !this.#isTruncated) return malformed(server, `gave no answer, only ${this.#whyIgnored}`)
    const reason = this.#isTruncated ? `${TRUNCATED}gave none by TCP` : 'gave no answer'
    return { server, status: 'timeout', code: 'ETIMEDOUT', reason }
  }

  /** How many replies were not believed. */
  get ignored(): number {
    return this.#ignored
  }

  /** Whether asking it again is pointless. */
  get hasFailed(): boolean {
    return this.#fault !== undefined
  }

  /** Sends the question, once more if it was sent before. */
  ask(): void {
    this.#sends += 1
    if (this.#tcpStarted) return
    if (this.#plan.tcpOnly) this.#askTcp()
    else this.#sendUdp()
  }

  close(): void {
    this.#udp?.close()
  }

  /** Closes its socket until it is asked again, and says whether it has: a conversation over TCP is not given up. */
  rest(): boolean {
    if (this.#tcpStarted) return false
    this.#udp?.close()
    this.#udp = undefined
    return true
  }

  #newQuery(edns = true): Query {
    const { question, authenticData, randomCase } = this.#plan
    return newQuery(question, { authenticData, edns, cookie: this.#cookie?.option, randomCase })
  }

  #sendUdp(): void {
    this.#udp ??= new UdpConversation(this.server, this)
    // The system may have had no socket left, which is told at once.
    if (this.hasFailed) this.close()
    else this.#udp.send(this.#query.bytes)
  }

  error(error: Error): void {
    this.#fail(faultOfError(this.server, error))
  }

  /** A reply over UDP that cannot be believed is ignored, and the waiting goes on: anybody may have sent it. */
  message(bytes: Uint8Array): void {
    if (this.#tcpStarted) return
    try {
      if (!isReplyTo(this.#query, bytes)) {
        this.#ignore('replies to other questions')
      } else if (readHeader(bytes).truncated) {
        this.#isTruncated = true
        this.#askTcp()
      } else {
        this.#hearReply(readMessage(bytes), 'udp')
      }
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      this.#ignore(`malformed replies (${error.message})`)
    }
  }

  #ignore(why: string): void {
    this.#ignored += 1
    this.#whyIgnored = why
    if (this.#ignored === FLOOD) this.#askTcpBeside()
  }

  #hearReply(message: Message, transport: 'udp' | 'tcp'): void {
    if (this.#query.edns && !this.#bearsCookie(message, transport)) return
    if (this.#query.edns && dislikesEdns(message)) {
      this.#query = this.#newQuery(false)
      if (transport === 'udp') this.#sendUdp()
      else this.#converse()
      return
    }
    const fault = faultOfReply(this.server, message)
    if (fault === undefined) this.#listener.answered(this, message, transport)
    else this.#fail(fault)
  }

  /** Whether a reply may be used as far as its cookie goes; otherwise what has to be done about it is done. */
  #bearsCookie(message: Message, transport: 'udp' | 'tcp'): boolean {
    const cookie = this.#cookie
    if (cookie === undefined) return true
    const echo = cookie.hear(message)
    if (transport === 'tcp') {
      if (echo === 'missing') cookie.forget()
      if (echo === 'wrong') this.#fail(malformed(this.server, 'sent back another cookie'))
      return echo !== 'wrong'
    }
    if (echo === 'wrong') {
      this.#ignore('replies with another cookie')
      return false
    }
    if (echo === 'missing') {
      // Either somebody forges replies or the server has changed; a connection tells which.
      this.#ignore('replies without its cookie')
      this.#isUnproven = true
      this.#askTcp()
      return false
    }
    return !this.#isCookieRefused(message)
  }

  /** A server may want a newer cookie, which came with its reply: once more with that, then by TCP (RFC 7873 section 5.3). */
  #isCookieRefused(message: Message): boolean {
    if (responseCode(message) !== ResponseCode.BADCOOKIE) return false
    this.#cookiesRefused += 1
    this.#query = this.#newQuery()
    if (this.#cookiesRefused === 1) this.#sendUdp()
    else this.#askTcp()
    return true
  }

  #askTcp(): void {
    this.#tcpStarted = true
    this.#udp?.close()
    if (!this.#isConversing) this.#converse()
  }

  /**
   * Who floods a question with forged replies cannot put them into a connection (RFC 5452 section 9.3), and the right one may
   * have been dropped for them. The waiting for it goes on, as a server need not serve TCP.
   */
  #askTcpBeside(): void {
    const release = this.#plan.slots.acquireNow()
    if (release !== undefined) this.#converse(release)
  }

  /** @param ended called when the connection is not needed any more */
  #converse(ended = () => {}): void {
    const { server } = this
    const signal = this.#listener.signal()
    this.#isConversing = true
    const query = this.#query
    const prefix = this.#isTruncated ? TRUNCATED : ''
    let foreign = 0
    let message: Message | undefined
    const hear = (bytes: Buffer): 'more' | 'done' => {
      if (!isReplyTo(query, bytes)) {
        // What cannot even be read is no reply to anything.
        readQuestions(bytes)
        foreign += 1
        if (foreign >= FOREIGN_MESSAGES) throw new TcpError('EBADREPLY', 'sent only replies to other questions')
        return 'more'
      }
      message = readMessage(Buffer.from(bytes))
      return 'done'
    }
    const over = (): void => {
      this.#isConversing = false
      ended()
    }
    this.#plan.converse({ server, request: query.bytes, signal, hear }).then(
      () => {
        over()
        if (message === undefined || signal.aborted) return
        if (message.header.truncated) this.#fail(malformed(server, 'truncated its answer also by TCP'))
        else this.#hearReply(message, 'tcp')
      },
      (error: unknown) => {
        over()
        if (signal.aborted || !this.#tcpStarted) return
        if (this.#isUnproven) this.#cookie?.forget()
        if (error instanceof MessageError) this.#fail(malformed(server, `${prefix}sent rubbish (${error.message})`))
        else if (error instanceof TcpError) this.#fail(faultOfTcp(server, error, prefix))
        else this.#fail(faultOfError(server, error))
      },
    )
  }

  #fail(fault: ServerFault): void {
    if (this.#fault !== undefined) return
    this.#fault = fault
    this.close()
    this.#listener.failed(this, fault)
  }
}

/** A server that does not know EDNS says so in one of these ways (RFC 6891 sections 6.1.3 and 7). */
function dislikesEdns(message: Message): boolean {
  const rcode = responseCode(message)
  return rcode === ResponseCode.FORMERR || rcode === ResponseCode.NOTIMP || rcode === ResponseCode.BADVERS
}

function malformed(server: NameServer, reason: string): ServerFault {
  return { server, status: 'malformed', code: 'EBADREPLY', reason }
}

function faultOfTcp(server: NameServer, error: TcpError, prefix: string): ServerFault {
  if (error.code === 'EBADREPLY') return malformed(server, `${prefix}${error.message}`)
  return { ...faultOfTcpError(server, error), reason: `${prefix}${error.message}` }
}
