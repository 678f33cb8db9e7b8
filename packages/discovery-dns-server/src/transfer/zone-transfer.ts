import { MessageWriter, RecordType, type WireName } from '@pstorage/dns-message'
import type { Query } from '../message/query.js'
import { maxMessageSize, type ResponseLimits } from '../message/response.js'
import type { RRset, Zone } from '../zone/zone.js'

// Compression pointers reach only the first 16 KiB, so larger messages would not save much, and would need more memory at
// the client.
const messageSize = 16_384

/**
 * Yields the messages of a zone transfer: the SOA record, all others, and the SOA record again (RFC 5936 section 2.2).
 *
 * They are written on demand, so that a transfer keeps only one in memory. A zone is immutable.
 */
export function* transferMessages(zone: Zone, query: Query, limits: ResponseLimits): Generator<Buffer> {
  let message = new TransferMessage(query, true, limits)
  for (const record of recordsOf(zone)) {
    if (message.add(record)) continue
    yield message.finish()
    message = new TransferMessage(query, false, limits)
    // The largest records leave no room for a signature with a very long key name. A transfer without them would look
    // complete.
    if (!message.add(record)) throw new RangeError('a record does not fit a message with its signature')
  }
  yield message.finish()
}

interface TransferRecord {
  readonly owner: WireName
  readonly set: RRset
}

function* recordsOf(zone: Zone): Generator<TransferRecord> {
  const authority = { owner: zone.origin, set: zone.authority }
  yield authority
  for (const { owner, sets } of zone.nodes()) {
    for (const { type, ttl, data } of sets) {
      if (type === RecordType.SOA) continue
      for (const item of data) yield { owner, set: { type, ttl, data: [item] } }
    }
  }
  yield authority
}

class TransferMessage {
  readonly #query: Query
  readonly #writer: MessageWriter
  readonly #end: number
  #hasRecords = false

  // The question and the OPT record stand in the first message alone (RFC 5936 sections 2.2.2 and 2.2.5).
  constructor(query: Query, first: boolean, { udpPayloadSize, signatureLength }: ResponseLimits) {
    const { question, edns } = query
    this.#query = query
    this.#end = messageSize - signatureLength
    this.#writer = new MessageWriter({
      limit: maxMessageSize - signatureLength,
      edns: first && edns !== undefined ? { udpPayloadSize, dnssecOk: edns.dnssecOk } : undefined,
    })
    if (first && question !== undefined) this.#writer.addQuestion(question.name, question.type, question.class)
  }

  /** Adds a record, or returns false if it belongs in the next message. The first record may exceed the usual size. */
  add({ owner, set }: TransferRecord): boolean {
    const fits = this.#writer.addRRset('answers', owner, set, this.#hasRecords ? this.#end : maxMessageSize)
    this.#hasRecords ||= fits
    return fits
  }

  finish(): Buffer {
    const { id, opcode, recursionDesired } = this.#query
    return this.#writer.finish({ id, response: true, opcode, authoritative: true, recursionDesired })
  }
}
