import type { Name } from '../name/name.js'
import { wireName } from '../name/wire-name.js'
import { RecordClass } from '../registries.js'
import type { EdnsOption } from './message.js'
import { MessageWriter, sizeOfOptions, type WrittenEdns } from './message-writer.js'

/** One question to a name server. */
export interface Query {
  /** 0 to 65,535. Over UDP it has to be unpredictable (RFC 5452 section 9.2). */
  readonly id: number
  readonly name: Name
  /** A value of `RecordType`. */
  readonly type: number
  /** A value of `RecordClass`. Default: `IN`. */
  readonly class?: number | undefined
  /** RD. Default: true. */
  readonly recursionDesired?: boolean | undefined
  /** AD: the client understands AD in the reply (RFC 6840 section 5.7). Default: false. */
  readonly authenticData?: boolean | undefined
  /** CD (RFC 4035 section 3.2.2). Default: false. */
  readonly checkingDisabled?: boolean | undefined
  /**
   * The largest UDP payload that the client accepts, 512 to 65,535 octets. When given, the query carries an OPT record of EDNS
   * version 0 (RFC 6891 section 6.1). Default: none, and so no EDNS.
   */
  readonly udpPayloadSize?: number | undefined
  /** DO (RFC 3225 section 3). It needs EDNS, so where it is true `udpPayloadSize` is 1,232 by default. Default: false. */
  readonly dnssecOk?: boolean | undefined
  /**
   * Options for the OPT record, in order, in wire format (RFC 6891 section 6.1.2). They need EDNS, so where there are
   * some `udpPayloadSize` is 1,232 by default. Default: none.
   */
  readonly ednsOptions?: readonly EdnsOption[] | undefined
}

const NO_OPTIONS: readonly EdnsOption[] = []

/**
 * Writes a query of one question.
 *
 * @throws {NameError} for a name that cannot be written
 * @throws {RangeError} for a number that does not fit its field, and for options of more than 65,535 octets together
 * @see RFC 1035 section 4.1
 */
export function writeQuery(query: Query): Uint8Array {
  const { id, name, recursionDesired = true, authenticData = false, checkingDisabled = false } = query
  const writer = new MessageWriter({ edns: ednsFor(query) })
  writer.addQuestion(wireName(name), field('type', query.type), field('class', query.class ?? RecordClass.IN))
  // A copy, and no Buffer, whose memory is shared and whose `slice` does not copy.
  return new Uint8Array(writer.finish({ id: field('id', id), recursionDesired, authenticData, checkingDisabled }))
}

function ednsFor(query: Query): WrittenEdns | undefined {
  const { dnssecOk = false, ednsOptions: options = NO_OPTIONS } = query
  const udpPayloadSize = query.udpPayloadSize ?? (dnssecOk || options.length > 0 ? 1232 : undefined)
  if (udpPayloadSize === undefined) {
    return undefined
  }
  field('the size of ednsOptions', sizeOfOptions(options))
  for (const { code } of options) {
    field('the code of an option', code)
  }
  return { udpPayloadSize: field('udpPayloadSize', udpPayloadSize, 512), dnssecOk, options }
}

/**
 * Returns a number that fits a field of a message.
 *
 * @throws {RangeError} for another one
 */
export function field(name: string, value: number, min = 0, max = 0xffff): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be an integer from ${min} to ${max}, got ${String(value)}`)
  }
  return value
}
