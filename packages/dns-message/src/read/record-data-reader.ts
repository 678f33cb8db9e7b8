import type {
  AuthorityData,
  EdnsOption,
  OptionsData,
  RecordData,
  ServiceData,
  TargetData,
  TextData,
} from '../message/message.js'
import type { MessagePosition } from '../message/message-error.js'
import { ipv4Text, ipv6Text, uint8, uint16, uint32, viewOf } from '../message/octets.js'
import type { Name } from '../name/name.js'
import { RecordClass, RecordType } from '../registries.js'
import type { NameReader } from './name-reader.js'

/** The message that RDATA is read from. */
export interface RecordDataSource {
  readonly bytes: Buffer
  readonly names: NameReader
  readonly position: MessagePosition
  /** Without it, RDATA is checked and not read. */
  readonly isRead: boolean
}

const NO_OCTETS = new Uint8Array(0)

/** In multicast DNS the top bit of the class is a flag of its own (RFC 6762 section 10.2). */
const CLASS_MASK = 0x7fff

/**
 * Checks RDATA, which lies in the message, by its type, and reads it where the source is read.
 *
 * NS, CNAME, SOA, PTR and TXT have one format in every class (RFC 1035 section 3.3), except in the classes NONE and ANY, which
 * have another meaning in updates (RFC 2136 section 2.5). A, AAAA and SRV are formats of the class IN.
 */
export function readRecordData(
  source: RecordDataSource,
  type: number,
  rawClass: number,
  start: number,
  end: number,
): RecordData | undefined {
  const recordClass = rawClass & CLASS_MASK
  if (type === RecordType.OPT) return readOptions(source, start, end)
  if (recordClass === RecordClass.IN) {
    switch (type) {
      case RecordType.A:
        expectSize(source, start, end, 4)
        return source.isRead ? { kind: 'A', address: ipv4Text(source.bytes, start) } : undefined
      case RecordType.AAAA:
        expectSize(source, start, end, 16)
        return source.isRead ? { kind: 'AAAA', address: ipv6Text(source.bytes, start) } : undefined
      case RecordType.SRV:
        return readService(source, start, end)
    }
  }
  if (recordClass !== RecordClass.NONE && recordClass !== RecordClass.ANY) {
    switch (type) {
      case RecordType.NS:
        return readTarget(source, 'NS', start, end)
      case RecordType.CNAME:
        return readTarget(source, 'CNAME', start, end)
      case RecordType.PTR:
        return readTarget(source, 'PTR', start, end)
      case RecordType.SOA:
        return readAuthority(source, start, end)
      case RecordType.TXT:
        return readText(source, start, end)
    }
  }
  source.names.passOpaque(start, end)
  return source.isRead ? { kind: 'opaque', bytes: viewOf(source.bytes, start, end) } : undefined
}

function readTarget(
  source: RecordDataSource,
  kind: TargetData['kind'],
  start: number,
  end: number,
): TargetData | undefined {
  passTarget(source, start, end)
  return source.isRead ? { kind, target: source.names.name } : undefined
}

function readService(source: RecordDataSource, start: number, end: number): ServiceData | undefined {
  const { bytes, names, position } = source
  if (end - start < 7) {
    // Stryker disable next-line ArithmeticOperator: a number in the words of an error
    position.fail('ERR_MESSAGE_RDATA', `RDATA of ${end - start} octets, less than 7,`, start)
  }
  passTarget(source, start + 6, end)
  return source.isRead
    ? {
        kind: 'SRV',
        priority: uint16(bytes, start),
        weight: uint16(bytes, start + 2),
        port: uint16(bytes, start + 4),
        target: names.name,
      }
    : undefined
}

function readAuthority(source: RecordDataSource, start: number, end: number): AuthorityData | undefined {
  const { bytes, names } = source
  const second = names.pass(start, end, 'ERR_MESSAGE_RDATA')
  const mname = names.name
  const at = names.pass(second, end, 'ERR_MESSAGE_RDATA')
  expectSize(source, at, end, 20)
  return source.isRead ? authorityOf(bytes, mname, names.name, at) : undefined
}

/** Reads the numbers of an SOA record, which were checked and stand at `at`, and adds its names. */
export function authorityOf(bytes: Uint8Array, mname: Name, rname: Name, at: number): AuthorityData {
  return {
    kind: 'SOA',
    mname,
    rname,
    serial: uint32(bytes, at),
    refresh: uint32(bytes, at + 4),
    retry: uint32(bytes, at + 8),
    expire: uint32(bytes, at + 12),
    minimum: uint32(bytes, at + 16),
  }
}

function readText({ bytes, position, isRead }: RecordDataSource, start: number, end: number): TextData | undefined {
  const strings: Uint8Array[] = []
  for (let at = start; at < end; ) {
    const next = at + 1 + uint8(bytes, at)
    if (next > end) position.fail('ERR_MESSAGE_RDATA', 'A character-string longer than the rest of its RDATA', at)
    // Stryker disable next-line ConditionalExpression: they are not taken from a message that is only checked
    if (isRead) strings.push(octets(bytes, at + 1, next))
    at = next
  }
  return isRead ? { kind: 'TXT', strings } : undefined
}

function readOptions(
  { bytes, position, isRead }: RecordDataSource,
  start: number,
  end: number,
): OptionsData | undefined {
  const options: EdnsOption[] = []
  for (let at = start; at < end; ) {
    // Stryker disable next-line ConditionalExpression,ArithmeticOperator: where the header of the option is cut off, any length goes past the end
    const next = at + 4 + (end - at < 4 ? 0 : uint16(bytes, at + 2))
    if (next > end) position.fail('ERR_MESSAGE_RDATA', 'An option longer than the rest of its RDATA', at)
    // Stryker disable next-line ConditionalExpression: they are not taken from a message that is only checked
    if (isRead) options.push({ code: uint16(bytes, at), data: octets(bytes, at + 4, next) })
    at = next
  }
  return isRead ? { kind: 'OPT', options } : undefined
}

/** Empty strings share one array, because 60,000 of them fit into a message. */
function octets(bytes: Buffer, start: number, end: number): Uint8Array {
  // Stryker disable next-line all: empty octets are like other empty octets: one of them keeps less memory
  return start === end ? NO_OCTETS : viewOf(bytes, start, end)
}

function passTarget({ names, position }: RecordDataSource, start: number, end: number): void {
  const next = names.pass(start, end, 'ERR_MESSAGE_RDATA')
  // Stryker disable next-line ArithmeticOperator: a number in the words of an error
  if (next !== end) position.fail('ERR_MESSAGE_RDATA', `${end - next} octets of RDATA too many`, next)
}

function expectSize({ position }: RecordDataSource, start: number, end: number, size: number): void {
  if (end - start !== size) {
    // Stryker disable next-line ArithmeticOperator: a number in the words of an error
    position.fail('ERR_MESSAGE_RDATA', `${end - start} octets of RDATA instead of ${size}`, start)
  }
}
