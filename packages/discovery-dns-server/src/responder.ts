import { RecordType, ResponseCode, recordTypeName } from '@pstorage/dns-message'
import { type Answer, answerQuestion, bareAnswer } from './answer.js'
import { type Authentication, authenticate, type KeySettings } from './authenticate.js'
import type { ReceivedQuery } from './cluster-name-server.js'
import type { Report } from './fault-report.js'
import { type Query, type Question, type Reading, readQuery } from './query.js'
import { datagramResponse, streamResponse } from './response.js'
import { isNewerSerial } from './serial.js'
import type { TransferTest } from './transfer-policy.js'
import type { SigningKey } from './tsig-key.js'
import { nameKey, wireNameToText } from './wire-name.js'
import type { Zone } from './zone.js'
import { transferMessages } from './zone-transfer.js'

/** Where a query came from. */
export interface Peer {
  readonly transport: 'udp' | 'tcp'
  readonly address: string
  readonly port: number
}

/** What decides on answers besides the zone. */
export interface ResponderSettings extends KeySettings {
  readonly udpPayloadSize: number
  readonly mayTransfer: TransferTest
  readonly onQuery: ((query: ReceivedQuery) => void) | undefined
  readonly report: Report
}

/** Turns what a client sends into what it gets. It knows no sockets. */
export class Responder {
  /** What is served; may be replaced at any time. */
  zone: Zone
  readonly #settings: ResponderSettings

  constructor(zone: Zone, settings: ResponderSettings) {
    this.zone = zone
    this.#settings = settings
  }

  /**
   * The messages that answer a message: one, or those of a zone transfer, made as they are taken. `undefined` for bytes
   * that get no answer.
   *
   * A fault of ours is reported and answered by SERVFAIL. It is thrown only by the messages, and only behind the first of them: half a
   * transfer must not look whole.
   */
  respond(bytes: Uint8Array, peer: Peer): Iterable<Buffer> | undefined {
    let query: Query | undefined
    try {
      const reading = readQuery(bytes)
      if (reading === undefined) return undefined
      query = reading.query
      return this.#faultless(this.#answer(bytes, reading, peer), query, peer)
    } catch (fault) {
      return this.#failure(fault, query, peer)
    }
  }

  #answer(bytes: Uint8Array, reading: Reading, peer: Peer): Iterable<Buffer> {
    const { query } = reading
    const authentication = authenticate(bytes, query, this.#settings)
    if ('question' in reading) this.#observe(reading.question, authentication.key, peer)
    const { refusal } = authentication
    if (refusal !== undefined) return this.#one(query, bareAnswer(refusal), peer, authentication)
    if ('rcode' in reading) return this.#one(query, bareAnswer(reading.rcode), peer, authentication)
    const { question } = reading
    if (question.type === RecordType.AXFR || question.type === RecordType.IXFR) {
      return this.#transfer(query, question, peer, authentication)
    }
    return this.#one(query, answerQuestion(this.zone, question), peer, authentication)
  }

  #transfer(query: Query, question: Question, peer: Peer, authentication: Authentication): Iterable<Buffer> {
    const { zone } = this
    const refusal = this.#transferRefusal(question, peer, authentication.key)
    if (refusal !== undefined) return this.#one(query, bareAnswer(refusal), peer, authentication)
    const isCurrent = question.type === RecordType.IXFR && (peer.transport === 'udp' || isUpToDate(query, zone))
    if (!isCurrent) {
      const { udpPayloadSize } = this.#settings
      const { signatureLength } = authentication
      return finished(transferMessages(zone, query, { udpPayloadSize, signatureLength }), authentication)
    }
    // One SOA record says "you have it" over TCP, and "ask over TCP" over UDP (RFC 1995 sections 2 and 4).
    const answer = answerQuestion(zone, { name: question.name, type: RecordType.SOA })
    return this.#one(query, answer, peer, authentication)
  }

  #transferRefusal(question: Question, peer: Peer, key: SigningKey | undefined): number | undefined {
    // AXFR over UDP is not defined (RFC 5936 section 4.2).
    if (question.type === RecordType.AXFR && peer.transport === 'udp') return ResponseCode.FORMERR
    if (nameKey(question.name) !== this.zone.originKey) return ResponseCode.NOTAUTH
    return this.#settings.mayTransfer(peer.address, key) ? undefined : ResponseCode.REFUSED
  }

  #one(query: Query, answer: Answer, peer: Peer, authentication: Authentication): Buffer[] {
    const { signatureLength } = authentication
    return [authentication.finish(this.#write(query, answer, peer, signatureLength))]
  }

  #write(query: Query, answer: Answer, { transport }: Peer, signatureLength = 0): Buffer {
    const { udpPayloadSize } = this.#settings
    const write = transport === 'udp' ? datagramResponse : streamResponse
    return write(query, answer, { udpPayloadSize, signatureLength })
  }

  *#faultless(messages: Iterable<Buffer>, query: Query, peer: Peer): Generator<Buffer> {
    let isBegun = false
    try {
      for (const message of messages) {
        isBegun = true
        yield message
      }
    } catch (fault) {
      const failure = this.#failure(fault, query, peer)
      if (isBegun || failure === undefined) throw fault
      yield* failure
    }
  }

  #failure(fault: unknown, query: Query | undefined, peer: Peer): Buffer[] | undefined {
    this.#settings.report(fault)
    try {
      return query && [this.#write(query, bareAnswer(ResponseCode.SERVFAIL), peer)]
    } catch {
      // It cannot even be written: no answer.
      return undefined
    }
  }

  // In a microtask, so that what an observer throws costs no answer.
  #observe({ name, type }: Question, key: SigningKey | undefined, { transport, address, port }: Peer): void {
    const { onQuery, report } = this.#settings
    if (onQuery === undefined) return
    const client = { address, port }
    const query = { name: wireNameToText(name), type: recordTypeName(type), transport, client, key: key?.text }
    queueMicrotask(() => {
      try {
        onQuery(query)
      } catch (fault) {
        report(fault)
      }
    })
  }
}

function* finished(messages: Iterable<Buffer>, authentication: Authentication): Generator<Buffer> {
  for (const message of messages) yield authentication.finish(message)
}

function isUpToDate({ serial }: Query, zone: Zone): boolean {
  return serial !== undefined && (serial === zone.serial || isNewerSerial(serial, zone.serial))
}
