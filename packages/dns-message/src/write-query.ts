import type { Name } from './name.js'
import { checkName } from './name-check.js'
import { writeName } from './name-wire.js'
import { RecordClass } from './record-class.js'
import type { EdnsOption } from './record-data.js'
import { RecordType } from './record-type.js'

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
  /** AD: the asker understands AD in the reply (RFC 6840 section 5.7). Default: false. */
  readonly authenticData?: boolean | undefined
  /** CD (RFC 4035 section 3.2.2). Default: false. */
  readonly checkingDisabled?: boolean | undefined
  /**
   * The largest UDP payload that the asker takes, 512 to 65,535 octets. When given, the query carries an OPT record of EDNS
   * version 0 (RFC 6891 section 6.1). Default: none, and so no EDNS.
   */
  readonly udpPayloadSize?: number | undefined
  /** DO (RFC 3225 section 3). It needs EDNS, so where it is true `udpPayloadSize` is 1,232 by default. Default: false. */
  readonly dnssecOk?: boolean | undefined
  /**
   * Options for the OPT record, in order, as they go on the wire (RFC 6891 section 6.1.2). They need EDNS, so where there are
   * some `udpPayloadSize` is 1,232 by default. Default: none.
   */
  readonly ednsOptions?: readonly EdnsOption[] | undefined
}

const HEADER_AND_FIELDS = 12 + 4
const OPT_RECORD = 11
/** The code and the length in front of an option. */
const OPTION_HEADER = 4
const NO_OPTIONS: readonly EdnsOption[] = []

/**
 * Writes a query of one question.
 *
 * @throws {NameError} for a name that cannot be written
 * @throws {RangeError} for a number that does not fit its field, and for options of more than 65,535 octets together
 * @see RFC 1035 section 4.1
 */
export function writeQuery(query: Query): Uint8Array {
  const dnssecOk = query.dnssecOk ?? false
  const options = query.ednsOptions ?? NO_OPTIONS
  const payloadSize = query.udpPayloadSize ?? (dnssecOk || options.length > 0 ? 1232 : undefined)
  const optionsSize = field('the size of ednsOptions', sizeOf(options), 0)
  const size = HEADER_AND_FIELDS + checkName(query.name) + (payloadSize === undefined ? 0 : OPT_RECORD + optionsSize)
  const bytes = new Uint8Array(size)
  writeUint16(bytes, 0, field('id', query.id, 0))
  bytes[2] = (query.recursionDesired ?? true) ? 0x01 : 0
  bytes[3] = (query.authenticData ? 0x20 : 0) | (query.checkingDisabled ? 0x10 : 0)
  bytes[5] = 1
  const at = writeName(query.name, bytes, 12)
  writeUint16(bytes, at, field('type', query.type, 0))
  writeUint16(bytes, at + 2, field('class', query.class ?? RecordClass.IN, 0))
  if (payloadSize !== undefined) {
    bytes[11] = 1
    writeOpt(bytes, at + 4, field('udpPayloadSize', payloadSize, 512), dnssecOk)
    writeUint16(bytes, at + 4 + OPT_RECORD - 2, optionsSize)
    writeOptions(bytes, at + 4 + OPT_RECORD, options)
  }
  return bytes
}

/** An OPT record has the root as its owner; its TTL holds the version, which is 0, and the flags. */
function writeOpt(bytes: Uint8Array, start: number, payloadSize: number, dnssecOk: boolean): void {
  writeUint16(bytes, start + 1, RecordType.OPT)
  writeUint16(bytes, start + 3, payloadSize)
  bytes[start + 7] = dnssecOk ? 0x80 : 0
}

function sizeOf(options: readonly EdnsOption[]): number {
  return options.reduce((size, { data }) => size + OPTION_HEADER + data.length, 0)
}

function writeOptions(bytes: Uint8Array, start: number, options: readonly EdnsOption[]): void {
  let at = start
  for (const { code, data } of options) {
    writeUint16(bytes, at, field('the code of an option', code, 0))
    writeUint16(bytes, at + 2, data.length)
    bytes.set(data, at + OPTION_HEADER)
    at += OPTION_HEADER + data.length
  }
}

function writeUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8
  bytes[at + 1] = value
}

function field(name: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least || value > 0xffff) {
    throw new RangeError(`${name} must be an integer from ${least} to 65535, got ${String(value)}`)
  }
  return value
}
