import type { Name, RecordData, ResourceRecord } from '../src/index.js'
import type { MessageModel } from './arbitrary-message.js'
import { u16, u32 } from './wire.js'

/**
 * Writes a message that the reader has to read back, independently of it. Where `compress` says so, a name ends in a pointer to
 * an end of an earlier name, as it finds the longest one.
 */
export function encode(model: MessageModel, compress: () => boolean = () => false): Uint8Array {
  const octets: number[] = []
  const written = new Map<string, number>()

  const writeName = (name: Name): void => {
    for (const [index, label] of name.entries()) {
      const rest = JSON.stringify(name.slice(index))
      const earlier = written.get(rest)
      if (earlier !== undefined && compress()) {
        octets.push(...u16(0xc000 | earlier))
        return
      }
      if (octets.length < 0x4000) {
        written.set(rest, octets.length)
      }
      octets.push(label.length, ...Buffer.from(label, 'latin1'))
    }
    octets.push(0)
  }

  const writeData = (data: RecordData): void => {
    switch (data.kind) {
      case 'A':
        octets.push(...data.address.split('.').map(Number))
        break
      case 'AAAA':
        octets.push(...data.address.split(':').flatMap((group) => u16(Number.parseInt(group, 16))))
        break
      case 'NS':
      case 'CNAME':
      case 'PTR':
        writeName(data.target)
        break
      case 'SOA':
        writeName(data.mname)
        writeName(data.rname)
        octets.push(...[data.serial, data.refresh, data.retry, data.expire, data.minimum].flatMap(u32))
        break
      case 'TXT':
        octets.push(...data.strings.flatMap((string) => [string.length, ...string]))
        break
      case 'SRV':
        octets.push(...u16(data.priority), ...u16(data.weight), ...u16(data.port))
        writeName(data.target)
        break
      case 'OPT':
        octets.push(
          ...data.options.flatMap((option) => [...u16(option.code), ...u16(option.data.length), ...option.data]),
        )
        break
      case 'opaque':
        octets.push(...data.bytes)
        break
    }
  }

  const writeRecord = (record: ResourceRecord): void => {
    writeName(record.name)
    octets.push(...u16(record.type), ...u16(record.class), ...u32(record.ttl), 0, 0)
    const start = octets.length
    writeData(record.data)
    octets.splice(start - 2, 2, ...u16(octets.length - start))
  }

  const { header, questions, answers, authorities, additionals } = model
  octets.push(...u16(header.id), ...u16(flagsOf(header)))
  octets.push(...[questions, answers, authorities, additionals].flatMap((section) => u16(section.length)))
  for (const question of questions) {
    writeName(question.name)
    octets.push(...u16(question.type), ...u16(question.class))
  }
  for (const record of [...answers, ...authorities, ...additionals]) {
    writeRecord(record)
  }
  return Uint8Array.from(octets)
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
