import { type Name, nameToText, RecordClass, RecordType } from '@pstorage/dns-message'
import type { MulticastQuestion } from './multicast-question.js'
import { instanceName, SERVICE_TYPE } from './service-type.js'

/** An instance that is known already, so that nobody needs to tell it again. */
export interface KnownInstance {
  /** As on the wire, an octet a character. */
  readonly label: string
  /** Seconds that its PTR record has left to live. */
  readonly ttl: number
  /** The name that lists it; default: the service type. */
  readonly list?: Name | undefined
}

/**
 * Writes questions to everybody on a link, in as many messages as they take, with the instances that are known already.
 *
 * All are questions for multicast answers (QM): a unicast answer reaches only one of the sockets that share the port. The
 * known answers follow the last question; every message but the last one of them says with TC that more are coming.
 *
 * @see RFC 6762 sections 5.3, 7.1, 7.2 and 18
 */
export function writeMulticastQueries(
  questions: readonly MulticastQuestion[],
  known: readonly KnownInstance[] = [],
): readonly Uint8Array[] {
  const done: Uint8Array[] = []
  let message = new QueryWriter()
  for (const question of questions) {
    if (message.question(question)) continue
    done.push(message.bytes(false))
    message = new QueryWriter()
    message.question(question)
  }
  for (const instance of known) {
    if (message.knownInstance(instance)) continue
    done.push(message.bytes(true))
    message = new QueryWriter()
    message.knownInstance(instance)
  }
  done.push(message.bytes(false))
  return done
}

/** Octets of a message: what an Ethernet frame holds beside the headers of IPv4 or IPv6 and UDP, with some to spare. */
const MESSAGE_SIZE = 1_400
/** A question or a known answer, at its longest. */
const LONGEST_PART = 600
const HEADER_SIZE = 12
const TRUNCATED_FLAG = 0x0200

/** One message. Once something has found no room in it, it is complete. */
class QueryWriter {
  readonly #buffer = Buffer.alloc(MESSAGE_SIZE + LONGEST_PART)
  /** Where the ends of names stand that were written before. */
  readonly #places = new Map<string, number>()
  #length = HEADER_SIZE
  #questions = 0
  #answers = 0

  /** Adds a question, if there is room for it. */
  question({ name, type }: MulticastQuestion): boolean {
    const start = this.#length
    this.#name(name)
    this.#uint16(type)
    this.#uint16(RecordClass.IN)
    if (!this.#fits(start)) return false
    this.#questions += 1
    return true
  }

  /** Adds a known answer, if there is room for it. */
  knownInstance({ label, ttl, list = SERVICE_TYPE }: KnownInstance): boolean {
    const start = this.#length
    this.#name(list)
    this.#uint16(RecordType.PTR)
    this.#uint16(RecordClass.IN)
    this.#length = this.#buffer.writeUInt32BE(ttl, this.#length)
    const lengthAt = this.#length
    this.#uint16(0)
    this.#name(instanceName(label))
    this.#buffer.writeUInt16BE(this.#length - lengthAt - 2, lengthAt)
    if (!this.#fits(start)) return false
    this.#answers += 1
    return true
  }

  /** The message. Its id is 0, as RFC 6762 section 18.1 has it. */
  bytes(truncated: boolean): Uint8Array {
    this.#buffer.writeUInt16BE(truncated ? TRUNCATED_FLAG : 0, 2)
    this.#buffer.writeUInt16BE(this.#questions, 4)
    this.#buffer.writeUInt16BE(this.#answers, 6)
    return this.#buffer.subarray(0, this.#length)
  }

  #fits(start: number): boolean {
    if (this.#length <= MESSAGE_SIZE) return true
    this.#length = start
    return false
  }

  #uint16(value: number): void {
    this.#length = this.#buffer.writeUInt16BE(value, this.#length)
  }

  /** Writes a name, its end as a pointer to where that stands already (RFC 1035 section 4.1.4). */
  #name(name: Name): void {
    for (let index = 0; index < name.length; index += 1) {
      const rest = name.slice(index)
      const key = nameToText(rest)
      const place = this.#places.get(key)
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
