import type { NameScanner } from './name-scanner.js'
import { uint8, uint16 } from './octets.js'
import { RecordClass } from './record-class.js'
import { RecordType } from './record-type.js'
import type { Whereabouts } from './whereabouts.js'

/** What checking RDATA needs of the message around it. */
export interface ScanSource {
  readonly bytes: Buffer
  readonly names: NameScanner
  readonly where: Whereabouts
}

/** In multicast DNS the top bit of the class is a flag of its own (RFC 6762 section 10.2). */
const CLASS_MASK = 0x7fff

/** Checks RDATA, which lies in the message, by the rules of `readRecordData`, and makes nothing of it. */
export function checkRecordData(source: ScanSource, type: number, rawClass: number, start: number, end: number): void {
  const recordClass = rawClass & CLASS_MASK
  const isInternet = recordClass === RecordClass.IN
  const isUpdate = recordClass === RecordClass.NONE || recordClass === RecordClass.ANY
  if (type === RecordType.OPT) checkOptions(source, start, end)
  else if (isInternet && type === RecordType.SRV) checkService(source, start, end)
  else if (isInternet && type === RecordType.A) expectSize(source, start, end, 4)
  else if (isInternet && type === RecordType.AAAA) expectSize(source, start, end, 16)
  else if (isUpdate) source.names.passOpaque(start, end)
  else if (type === RecordType.SOA) checkAuthority(source, start, end)
  else if (type === RecordType.TXT) checkText(source, start, end)
  else if (type === RecordType.NS || type === RecordType.CNAME || type === RecordType.PTR) {
    checkTarget(source, start, end)
  } else source.names.passOpaque(start, end)
}

function checkTarget(source: ScanSource, start: number, end: number): void {
  const next = source.names.pass(start, end, 'ERR_MESSAGE_RDATA')
  if (next !== end) source.where.fail('ERR_MESSAGE_RDATA', `${end - next} octets of RDATA too many`, next)
}

function checkService(source: ScanSource, start: number, end: number): void {
  if (end - start < 7) {
    source.where.fail('ERR_MESSAGE_RDATA', `RDATA of ${end - start} octets, less than 7,`, start)
  }
  checkTarget(source, start + 6, end)
}

function checkAuthority(source: ScanSource, start: number, end: number): void {
  const { names } = source
  const rname = names.pass(start, end, 'ERR_MESSAGE_RDATA')
  expectSize(source, names.pass(rname, end, 'ERR_MESSAGE_RDATA'), end, 20)
}

function checkText({ bytes, where }: ScanSource, start: number, end: number): void {
  for (let at = start; at < end; ) {
    const next = at + 1 + uint8(bytes, at)
    if (next > end) where.fail('ERR_MESSAGE_RDATA', 'A character-string longer than the rest of its RDATA', at)
    at = next
  }
}

function checkOptions({ bytes, where }: ScanSource, start: number, end: number): void {
  for (let at = start; at < end; ) {
    const next = at + 4 + (end - at < 4 ? 0 : uint16(bytes, at + 2))
    if (next > end) where.fail('ERR_MESSAGE_RDATA', 'An option longer than the rest of its RDATA', at)
    at = next
  }
}

function expectSize({ where }: ScanSource, start: number, end: number, size: number): void {
  if (end - start !== size) {
    where.fail('ERR_MESSAGE_RDATA', `${end - start} octets of RDATA instead of ${size}`, start)
  }
}
