import { type Name, nameToText, type Question, RecordClass } from '@pstorage/dns-message'
import { type AnnouncedSet, multicastClass, type Rdata } from './announced-set.js'

/** Flags of an authoritative response (RFC 6762 sections 18.2 and 18.4). */
const RESPONSE_FLAGS = 0x8400
const TRUNCATED_FLAG = 0x0200
const HEADER_SIZE = 12
/** Octets of a message: what an Ethernet frame holds beside the headers of IPv6 and UDP. */
const MESSAGE_SIZE = 1_452
/** No record of ours is longer. */
const LONGEST_PART = 1_024

/** The sections that records are written into, in the order in which they stand in a message. */
export type RecordSection = 'answers' | 'authorities' | 'additionals'

/** How records are written. */
interface RecordForm {
  /** Seconds, instead of those of the set. */
  readonly ttl?: number
  /** Default: IN, with the cache-flush bit in unique records. */
  readonly class?: number
  /** Whether names in the data may be compressed; default true. Those that others have to ask for by unicast DNS may not. */
  readonly compress?: boolean
}

/** One message, written record by record in the order of its sections. What does not fit is left out whole. */
export class MessageWriter {
  readonly #buffer = Buffer.alloc(MESSAGE_SIZE + LONGEST_PART)
  /** Where the ends of names stand that were written before. */
  #places = new Map<string, number>()
  #length = HEADER_SIZE
  readonly #counts = { questions: 0, answers: 0, authorities: 0, additionals: 0 }

  /** Whether nothing was written yet. */
  get isEmpty(): boolean {
    return this.#length === HEADER_SIZE
  }

  /** Adds a question, if there is room for it. */
  question({ name, type, class: questionClass }: Question): boolean {
    return this.#add('questions', 1, () => {
      this.#name(name)
      this.#uint16(type)
      this.#uint16(questionClass)
    })
  }

  /** Adds the records of a set, if there is room for all of them. */
  set(section: RecordSection, set: AnnouncedSet, form: RecordForm = {}): boolean {
    return this.#add(section, set.rdata.length, () => {
      for (const rdata of set.rdata) this.#record(set, rdata, form)
    })
  }

  /** The message as a response. */
  response({ id = 0, truncated = false }: { readonly id?: number; readonly truncated?: boolean } = {}): Uint8Array {
    return this.#bytes(id, RESPONSE_FLAGS | (truncated ? TRUNCATED_FLAG : 0))
  }

  /** The message as a query. Its id is 0 (RFC 6762 section 18.1). */
  query(): Uint8Array {
    return this.#bytes(0, 0)
  }

  #bytes(id: number, flags: number): Uint8Array {
    const { questions, answers, authorities, additionals } = this.#counts
    for (const [index, value] of [id, flags, questions, answers, authorities, additionals].entries()) {
      this.#buffer.writeUInt16BE(value, 2 * index)
    }
    return this.#buffer.subarray(0, this.#length)
  }

  #add(section: RecordSection | 'questions', count: number, write: () => void): boolean {
    const [start, places] = [this.#length, new Map(this.#places)]
    write()
    if (this.#length > MESSAGE_SIZE) {
      this.#length = start
      this.#places = places
      return false
    }
    this.#counts[section] += count
    return true
  }

  #record(set: AnnouncedSet, rdata: Rdata, form: RecordForm): void {
    this.#name(set.name)
    this.#uint16(set.type)
    this.#uint16(form.class ?? multicastClass(set))
    this.#length = this.#buffer.writeUInt32BE(form.ttl ?? set.ttl, this.#length)
    const lengthAt = this.#length
    this.#uint16(0)
    for (const part of rdata) {
      if (!(part instanceof Uint8Array)) this.#name(part, form.compress)
      else {
        this.#buffer.set(part, this.#length)
        this.#length += part.length
      }
    }
    this.#buffer.writeUInt16BE(this.#length - lengthAt - 2, lengthAt)
  }

  #uint16(value: number): void {
    this.#length = this.#buffer.writeUInt16BE(value, this.#length)
  }

  /** Writes a name, its end as a pointer to where that stands already (RFC 1035 section 4.1.4). */
  #name(name: Name, compress = true): void {
    for (let index = 0; index < name.length; index += 1) {
      const rest = name.slice(index)
      const key = nameToText(rest)
      const place = compress ? this.#places.get(key) : undefined
      if (place !== undefined) {
        this.#uint16(0xc000 | place)
        return
      }
      this.#places.set(key, this.#length)
      const label = rest[0] ?? ''
      this.#length = this.#buffer.writeUInt8(label.length, this.#length)
      this.#length += this.#buffer.write(label, this.#length, 'latin1')
    }
    this.#length = this.#buffer.writeUInt8(0, this.#length)
  }
}

/** The class of a record in a query, and in an answer by unicast DNS: without the cache-flush bit (RFC 6762 section 10.2). */
export const PLAIN_CLASS: number = RecordClass.IN
