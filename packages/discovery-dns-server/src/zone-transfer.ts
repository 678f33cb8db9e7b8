import { RecordClass, RecordType, ResponseCode } from '@pstorage/dns-message'
import { MessageWriter } from './message-writer.js'
import type { Octets } from './octets.js'
import type { Query } from './query.js'
import { longestMessage, type ResponseLimits } from './response.js'
import type { WireName } from './wire-name.js'
import type { Zone } from './zone.js'

// Names are compressed onto places in the first 16 KiB alone, so larger messages would not save much, and a client need
// not hold more than this at a time.
const messageSize = 16_384

/**
 * The messages that hold a whole zone: the SOA record, all others, and the SOA record again (RFC 5936 section 2.2).
 *
 * They are made one by one as they are taken, so that a transfer holds no more than one in memory. The zone cannot
 * change meanwhile.
 */
export function* transferMessages(zone: Zone, query: Query, limits: ResponseLimits): Generator<Buffer> {
  let message = new TransferMessage(query, true, limits)
  for (const record of recordsOf(zone)) {
    if (message.add(record)) continue
    yield message.finish()
    message = new TransferMessage(query, false, limits)
    // The longest records there can be leave no room for the signature of the longest key names. A transfer without them would
    // look whole.
    if (!message.add(record)) throw new RangeError('a record does not fit a message with its signature')
  }
  yield message.finish()
}

interface TransferRecord {
  readonly owner: WireName
  readonly type: number
  readonly ttl: number
  readonly data: Octets
}

function* recordsOf(zone: Zone): Generator<TransferRecord> {
  const [data = ''] = zone.authority.data
  const authority = { owner: zone.origin, type: RecordType.SOA, ttl: zone.authority.ttl, data }
  yield authority
  for (const { owner, sets } of zone.nodes()) {
    for (const { type, ttl, data } of sets) {
      if (type === RecordType.SOA) continue
      for (const item of data) yield { owner, type, ttl, data: item }
    }
  }
  yield authority
}

class TransferMessage {
  readonly #query: Query
  readonly #writer: MessageWriter
  readonly #counts: { question: number; answers: number; additionals: number }
  readonly #limits: ResponseLimits
  readonly #start: number

  // The question and the OPT record stand in the first message alone (RFC 5936 sections 2.2.2 and 2.2.5).
  constructor(query: Query, first: boolean, limits: ResponseLimits) {
    const { question, edns } = query
    this.#query = query
    this.#limits = limits
    this.#counts = { question: first && question ? 1 : 0, answers: 0, additionals: first && edns ? 1 : 0 }
    this.#writer = new MessageWriter(longestMessage - limits.signatureLength, this.#counts.additionals > 0)
    if (first && question !== undefined) this.#writer.question(question.name, question.type, question.class)
    this.#start = this.#writer.length
  }

  /** Adds a record, or says that it belongs into the next message. The first record always belongs here. */
  add({ owner, type, ttl, data }: TransferRecord): boolean {
    const before = this.#writer.length
    const fits = this.#writer.record(owner, type, RecordClass.IN, ttl, data)
    if (fits && (before === this.#start || this.#writer.length <= messageSize - this.#limits.signatureLength)) {
      this.#counts.answers++
      return true
    }
    this.#writer.rewind(before)
    return false
  }

  finish(): Buffer {
    const { question, answers, additionals } = this.#counts
    const { id, opcode, recursionDesired, edns } = this.#query
    if (additionals > 0) this.#writer.options(this.#limits.udpPayloadSize, 0, edns?.dnssecOk === true)
    return this.#writer.finish({
      id,
      opcode,
      authoritative: true,
      truncated: false,
      recursionDesired,
      rcode: ResponseCode.NOERROR,
      counts: [question, answers, 0, additionals],
    })
  }
}
