import { RecordType, ResponseCode, recordTypeName } from '@pstorage/dns-message'
import { type Answer, answerQuestion, bareAnswer } from './answer.js'
import type { ReceivedQuery } from './cluster-name-server.js'
import { type Query, type Question, readQuery } from './query.js'
import { datagramResponse, streamResponse } from './response.js'
import { signatureRefusal } from './signature-refusal.js'
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
export interface ResponderSettings {
  readonly udpPayloadSize: number
  readonly mayTransfer: (address: string) => boolean
  readonly onQuery: ((query: ReceivedQuery) => void) | undefined
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
   */
  respond(bytes: Uint8Array, peer: Peer): Iterable<Buffer> | undefined {
    const reading = readQuery(bytes)
    if (reading === undefined) return undefined
    const { query } = reading
    if ('rcode' in reading) return [this.#write(query, bareAnswer(reading.rcode), peer)]
    const { question } = reading
    this.#observe(question, peer)
    if (query.signature !== undefined) return [signatureRefusal(query, query.signature, this.#settings.udpPayloadSize)]
    if (question.type === RecordType.AXFR || question.type === RecordType.IXFR) {
      return this.#transfer(query, question, peer)
    }
    return [this.#write(query, answerQuestion(this.zone, question), peer)]
  }

  #transfer(query: Query, question: Question, peer: Peer): Iterable<Buffer> {
    const { zone } = this
    const refusal = this.#transferRefusal(question, peer)
    if (refusal !== undefined) return [this.#write(query, bareAnswer(refusal), peer)]
    const { udpPayloadSize } = this.#settings
    const isCurrent = question.type === RecordType.IXFR && (peer.transport === 'udp' || isUpToDate(query, zone))
    if (!isCurrent) return transferMessages(zone, query, udpPayloadSize)
    // One SOA record says "you have it" over TCP, and "ask over TCP" over UDP (RFC 1995 sections 2 and 4).
    return [this.#write(query, answerQuestion(zone, { name: question.name, type: RecordType.SOA }), peer)]
  }

  #transferRefusal(question: Question, peer: Peer): number | undefined {
    // AXFR over UDP is not defined (RFC 5936 section 4.2).
    if (question.type === RecordType.AXFR && peer.transport === 'udp') return ResponseCode.FORMERR
    if (nameKey(question.name) !== this.zone.originKey) return ResponseCode.NOTAUTH
    return this.#settings.mayTransfer(peer.address) ? undefined : ResponseCode.REFUSED
  }

  #write(query: Query, answer: Answer, { transport }: Peer): Buffer {
    const write = transport === 'udp' ? datagramResponse : streamResponse
    return write(query, answer, this.#settings.udpPayloadSize)
  }

  // In a microtask, so that what an observer throws is as uncaught over TCP as it is over UDP, and costs no answer.
  #observe({ name, type }: Question, { transport, address, port }: Peer): void {
    const { onQuery } = this.#settings
    if (onQuery === undefined) return
    const query = { name: wireNameToText(name), type: recordTypeName(type), transport, client: { address, port } }
    queueMicrotask(() => onQuery(query))
  }
}

// Serials are compared around the circle (RFC 1982 section 3.2).
function isUpToDate({ serial }: Query, zone: Zone): boolean {
  return serial !== undefined && ((serial - zone.serial) | 0) >= 0
}
