import { lowerCase, RecordType, ResponseCode, recordTypeName, wireNameToText } from '@pstorage/dns-message'
import { type Authentication, authenticateRequest, type TsigKey, type TsigSettings } from '@pstorage/dns-message/tsig'
import { type ParsedQuery, type Query, type Question, readQuery } from '../message/query.js'
import { datagramResponse, streamResponse } from '../message/response.js'
import type { FaultReporter } from '../name-server-error.js'
import type { TransferTest } from '../transfer/transfer-policy.js'
import { transferMessages } from '../transfer/zone-transfer.js'
import { type Answer, answerQuestion, emptyAnswer } from '../zone/answer.js'
import { isNewerSerial, type Zone } from '../zone/zone.js'

/** A query that was parsed, as passed to `onQuery`. */
export interface ReceivedQuery {
  /** The name in the question, without the final dot, in the spelling of the question. */
  readonly name: string
  /** The type in the question: `SRV`, `AXFR`, ...; `TYPE64` for a type without a mnemonic. */
  readonly type: string
  /** The transport that it arrived by. */
  readonly transport: 'udp' | 'tcp'
  /** The address that sent it. */
  readonly client: { readonly address: string; readonly port: number }
  /** The key that signed it, in lower case; `undefined` without a valid signature. */
  readonly key: string | undefined
}

/** The sender of a query. */
export interface Peer {
  readonly transport: 'udp' | 'tcp'
  readonly address: string
  readonly port: number
}

/** The settings that answers depend on besides the zone. */
export interface ResponderSettings extends TsigSettings {
  readonly udpPayloadSize: number
  readonly mayTransfer: TransferTest
  readonly onQuery: ((query: ReceivedQuery) => void) | undefined
  readonly report: FaultReporter
}

/** Answers the messages of clients, independent of sockets. */
export class Responder {
  /** The zone to serve; may be replaced at any time. */
  zone: Zone
  readonly #settings: ResponderSettings

  constructor(zone: Zone, settings: ResponderSettings) {
    this.zone = zone
    this.#settings = settings
  }

  /**
   * Returns the messages that answer a message: one, or those of a zone transfer, written on demand. Returns `undefined` for
   * bytes that get no answer.
   *
   * An internal fault is reported and answered with SERVFAIL. Only the iterator throws it, and only after the first message, so
   * that half of a transfer does not look complete.
   */
  respond(bytes: Uint8Array, peer: Peer): Iterable<Buffer> | undefined {
    let query: Query | undefined
    try {
      const parsed = readQuery(bytes)
      if (parsed === undefined) return undefined
      query = parsed.query
      return this.#reportFaults(this.#answer(bytes, parsed, peer), query, peer)
    } catch (fault) {
      return this.#failure(fault, query, peer)
    }
  }

  #answer(bytes: Uint8Array, parsed: ParsedQuery, peer: Peer): Iterable<Buffer> {
    const { query } = parsed
    const authentication = authenticateRequest(bytes, query.message, this.#settings)
    if ('question' in parsed) this.#observe(parsed.question, authentication.key, peer)
    const { refusal } = authentication
    if (refusal !== undefined) return this.#singleResponse(query, emptyAnswer(refusal), peer, authentication)
    if ('rcode' in parsed) return this.#singleResponse(query, emptyAnswer(parsed.rcode), peer, authentication)
    const { question } = parsed
    if (question.type === RecordType.AXFR || question.type === RecordType.IXFR) {
      return this.#transfer(query, question, peer, authentication)
    }
    return this.#singleResponse(query, answerQuestion(this.zone, question), peer, authentication)
  }

  #transfer(query: Query, question: Question, peer: Peer, authentication: Authentication): Iterable<Buffer> {
    const { zone } = this
    const refusal = this.#transferRefusal(question, peer, authentication.key)
    if (refusal !== undefined) return this.#singleResponse(query, emptyAnswer(refusal), peer, authentication)
    const isCurrent = question.type === RecordType.IXFR && (peer.transport === 'udp' || isUpToDate(query, zone))
    if (!isCurrent) {
      const { udpPayloadSize } = this.#settings
      const { signatureLength } = authentication
      return signMessages(transferMessages(zone, query, { udpPayloadSize, signatureLength }), authentication)
    }
    // A single SOA record means "up to date" over TCP, and "retry over TCP" over UDP (RFC 1995 sections 2 and 4).
    const answer = answerQuestion(zone, { name: question.name, type: RecordType.SOA })
    return this.#singleResponse(query, answer, peer, authentication)
  }

  #transferRefusal(question: Question, peer: Peer, key: TsigKey | undefined): number | undefined {
    // AXFR over UDP is not defined (RFC 5936 section 4.2).
    if (question.type === RecordType.AXFR && peer.transport === 'udp') return ResponseCode.FORMERR
    if (lowerCase(question.name) !== this.zone.originKey) return ResponseCode.NOTAUTH
    return this.#settings.mayTransfer(peer.address, key) ? undefined : ResponseCode.REFUSED
  }

  #singleResponse(query: Query, answer: Answer, peer: Peer, authentication: Authentication): Buffer[] {
    const { signatureLength } = authentication
    return [authentication.sign(this.#write(query, answer, peer, signatureLength))]
  }

  #write(query: Query, answer: Answer, { transport }: Peer, signatureLength = 0): Buffer {
    const { udpPayloadSize } = this.#settings
    const write = transport === 'udp' ? datagramResponse : streamResponse
    return write(query, answer, { udpPayloadSize, signatureLength })
  }

  *#reportFaults(messages: Iterable<Buffer>, query: Query, peer: Peer): Generator<Buffer> {
    let hasStarted = false
    try {
      for (const message of messages) {
        hasStarted = true
        yield message
      }
    } catch (fault) {
      const failure = this.#failure(fault, query, peer)
      if (hasStarted || failure === undefined) throw fault
      yield* failure
    }
  }

  #failure(fault: unknown, query: Query | undefined, peer: Peer): Buffer[] | undefined {
    this.#settings.report(fault)
    try {
      return query && [this.#write(query, emptyAnswer(ResponseCode.SERVFAIL), peer)]
    } catch {
      // The response cannot be written: no answer.
      return undefined
    }
  }

  // In a microtask, so that an exception of the observer does not prevent the answer.
  #observe({ name, type }: Question, key: TsigKey | undefined, { transport, address, port }: Peer): void {
    const { onQuery, report } = this.#settings
    if (onQuery === undefined) return
    const client = { address, port }
    const query = { name: wireNameToText(name), type: recordTypeName(type), transport, client, key: key?.name }
    queueMicrotask(() => {
      try {
        onQuery(query)
      } catch (fault) {
        report(fault)
      }
    })
  }
}

function* signMessages(messages: Iterable<Buffer>, authentication: Authentication): Generator<Buffer> {
  for (const message of messages) yield authentication.sign(message)
}

function isUpToDate({ serial }: Query, zone: Zone): boolean {
  return serial !== undefined && (serial === zone.serial || isNewerSerial(serial, zone.serial))
}
