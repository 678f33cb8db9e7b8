import { ipv4Text, ipv6Text } from './address-text.js'
import type { NameReader } from './name-reader.js'
import { uint8, uint16, uint32, viewOf } from './octets.js'
import { RecordClass } from './record-class.js'
import type {
  AuthorityData,
  EdnsOption,
  OptionsData,
  RecordData,
  ServiceData,
  TargetData,
  TextData,
} from './record-data.js'
import { RecordType } from './record-type.js'
import type { Whereabouts } from './whereabouts.js'

/** What reading RDATA needs of the message around it. */
export interface MessageSource {
  readonly bytes: Buffer
  readonly names: NameReader
  readonly where: Whereabouts
}

const NO_OCTETS = new Uint8Array(0)

/** In multicast DNS the top bit of the class is a flag of its own (RFC 6762 section 10.2). */
const CLASS_MASK = 0x7fff

/**
 * Reads RDATA, which the caller has checked to lie in the message, by its type.
 *
 * NS, CNAME, SOA, PTR and TXT have one format in every class (RFC 1035 section 3.3), except in the classes NONE and ANY, with
 * which updates say something else (RFC 2136 section 2.5). A, AAAA and SRV are formats of the class IN.
 */
export function readRecordData(
  source: MessageSource,
  type: number,
  rawClass: number,
  start: number,
  end: number,
): RecordData {
  const recordClass = rawClass & CLASS_MASK
  if (type === RecordType.OPT) {
    return readOptions(source, start, end)
  }
  if (recordClass === RecordClass.IN) {
    switch (type) {
      case RecordType.A:
        expectSize(source, start, end, 4)
        return { kind: 'A', address: ipv4Text(source.bytes, start) }
      case RecordType.AAAA:
        expectSize(source, start, end, 16)
        return { kind: 'AAAA', address: ipv6Text(source.bytes, start) }
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
  return { kind: 'opaque', bytes: viewOf(source.bytes, start, end) }
}

function readTarget(source: MessageSource, kind: TargetData['kind'], start: number, end: number): TargetData {
  const target = source.names.read(start, end, 'ERR_MESSAGE_RDATA')
  expectEnd(source, source.names.next, end)
  return { kind, target }
}

function readService(source: MessageSource, start: number, end: number): ServiceData {
  const { bytes, names, where } = source
  if (end - start < 7) {
    where.fail('ERR_MESSAGE_RDATA', `RDATA of ${end - start} octets, less than 7,`, start)
  }
  const target = names.read(start + 6, end, 'ERR_MESSAGE_RDATA')
  expectEnd(source, names.next, end)
  return {
    kind: 'SRV',
    priority: uint16(bytes, start),
    weight: uint16(bytes, start + 2),
    port: uint16(bytes, start + 4),
    target,
  }
}

function readAuthority(source: MessageSource, start: number, end: number): AuthorityData {
  const { bytes, names } = source
  const mname = names.read(start, end, 'ERR_MESSAGE_RDATA')
  const rname = names.read(names.next, end, 'ERR_MESSAGE_RDATA')
  const at = names.next
  expectSize(source, at, end, 20)
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

function readText(source: MessageSource, start: number, end: number): TextData {
  const { bytes, where } = source
  const strings: Uint8Array[] = []
  let at = start
  while (at < end) {
    const next = at + 1 + uint8(bytes, at)
    if (next > end) {
      where.fail('ERR_MESSAGE_RDATA', 'A character-string longer than the rest of its RDATA', at)
    }
    strings.push(octets(bytes, at + 1, next))
    at = next
  }
  return { kind: 'TXT', strings }
}

function readOptions(source: MessageSource, start: number, end: number): OptionsData {
  const { bytes, where } = source
  const options: EdnsOption[] = []
  let at = start
  while (at < end) {
    const next = at + 4 + (end - at < 4 ? 0 : uint16(bytes, at + 2))
    if (next > end) {
      where.fail('ERR_MESSAGE_RDATA', 'An option longer than the rest of its RDATA', at)
    }
    options.push({ code: uint16(bytes, at), data: octets(bytes, at + 4, next) })
    at = next
  }
  return { kind: 'OPT', options }
}

/** Sixty thousand empty strings fit into a message; they share one array. */
function octets(bytes: Buffer, start: number, end: number): Uint8Array {
  return start === end ? NO_OCTETS : viewOf(bytes, start, end)
}

function expectSize(source: MessageSource, start: number, end: number, size: number): void {
  if (end - start !== size) {
    source.where.fail('ERR_MESSAGE_RDATA', `${end - start} octets of RDATA instead of ${size}`, start)
  }
}

function expectEnd(source: MessageSource, at: number, end: number): void {
  if (at !== end) {
    source.where.fail('ERR_MESSAGE_RDATA', `${end - at} octets of RDATA too many`, at)
  }
}
