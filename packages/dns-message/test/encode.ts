import type { Name, RecordData, ResourceRecord } from '../src/index.js'
import type { MessageModel } from './arbitrary-message.js'

const LARGEST = 65_535
/** One name or one RDATA may go past the end before that is noticed. */
const scratch = Buffer.alloc(3 * LARGEST)

/**
 * Writes a message that the reader has to read back, independently of it. Where `compress` says so, a name ends in a pointer to
 * an end of an earlier name, as it finds the longest one.
 *
 * @throws RangeError when that takes more than 65,535 octets
 */
export function encode(model: MessageModel, compress: () => boolean = () => false): Uint8Array {
  const written = new Map<string, number>()
  let at = 0

  const u8 = (value: number): void => {
    scratch[at++] = value
  }
  const u16 = (value: number): void => {
    scratch[at] = value >> 8
    scratch[at + 1] = value
    at += 2
  }
  const u32 = (value: number): void => {
    u16(value >>> 16)
    u16(value & 0xffff)
  }
  const octets = (bytes: Uint8Array): void => {
    scratch.set(bytes, at)
    at += bytes.length
  }

  const writeName = (name: Name): void => {
    // The ends of the name, by what tells them apart whatever octets are in the labels.
    const ends: string[] = []
    for (let index = name.length - 1; index >= 0; index--) {
      const label = name[index] ?? ''
      ends[index] = `${label.length}:${label}${ends[index + 1] ?? ''}`
    }
    for (const [index, label] of name.entries()) {
      const rest = ends[index] ?? ''
      const earlier = written.get(rest)
      if (earlier !== undefined && compress()) {
        u16(0xc000 | earlier)
        return
      }
      if (at < 0x4000) {
        written.set(rest, at)
      }
      u8(label.length)
      at += scratch.write(label, at, 'latin1')
    }
    u8(0)
  }

  const writeData = (data: RecordData): void => {
    switch (data.kind) {
      case 'A':
        for (const part of data.address.split('.')) {
          u8(Number(part))
        }
        break
      case 'AAAA':
        for (const group of groupsOf(data.address)) {
          u16(group)
        }
        break
      case 'NS':
      case 'CNAME':
      case 'PTR':
        writeName(data.target)
        break
      case 'SOA':
        writeName(data.mname)
        writeName(data.rname)
        for (const number of [data.serial, data.refresh, data.retry, data.expire, data.minimum]) {
          u32(number)
        }
        break
      case 'TXT':
        for (const string of data.strings) {
          u8(string.length)
          octets(string)
        }
        break
      case 'SRV':
        u16(data.priority)
        u16(data.weight)
        u16(data.port)
        writeName(data.target)
        break
      case 'OPT':
        for (const option of data.options) {
          u16(option.code)
          u16(option.data.length)
          octets(option.data)
        }
        break
      case 'opaque':
        octets(data.bytes)
        break
    }
  }

  const checkSize = (): void => {
    if (at > LARGEST) {
      throw new RangeError(`more than ${LARGEST} octets`)
    }
  }

  const writeRecord = (record: ResourceRecord): void => {
    writeName(record.name)
    u16(record.type)
    u16(record.class)
    u32(record.ttl)
    const length = at
    u16(0)
    writeData(record.data)
    checkSize()
    scratch.writeUInt16BE(at - length - 2, length)
  }

  const { header, questions, answers, authorities, additionals } = model
  u16(header.id)
  u16(flagsOf(header))
  for (const section of [questions, answers, authorities, additionals]) {
    u16(section.length)
  }
  for (const question of questions) {
    writeName(question.name)
    u16(question.type)
    u16(question.class)
    checkSize()
  }
  for (const section of [answers, authorities, additionals]) {
    for (const record of section) {
      writeRecord(record)
    }
  }
  return Uint8Array.prototype.slice.call(scratch, 0, at)
}

/** The eight groups of an IPv6 address in any text, dotted decimal at its end included. */
function groupsOf(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  if (dotted !== null) {
    const [a = 0, b = 0, c = 0, d = 0] = dotted.slice(2).map(Number)
    return groupsOf(`${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`)
  }
  const [head = [], tail] = address
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16))))
  return tail === undefined ? head : [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

function flagsOf(header: MessageModel['header']): number {
  const flag = (value: boolean, bit: number): number => (value ? 1 << bit : 0)
  return (
    flag(header.response, 15) |
    (header.opcode << 11) |
    flag(header.authoritative, 10) |
    flag(header.truncated, 9) |
    flag(header.recursionDesired, 8) |
    flag(header.recursionAvailable, 7) |
    flag(header.authenticData, 5) |
    flag(header.checkingDisabled, 4) |
    header.rcode
  )
}
