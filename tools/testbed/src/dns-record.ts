import { type DnsName, nameBytes } from './name-bytes.js'

/** A record for a reply. `name` is its owner; `ttl` in seconds, default 300; `class` default 1 (IN). */
export type DnsRecord = DnsRecordData & {
  readonly name: DnsName
  readonly ttl?: number
  readonly class?: number
  /** RDLENGTH, where it is to be wrong. */
  readonly rdlength?: number
}

/** The data of a record: by the name of its type, or any type by number with its RDATA. */
export type DnsRecordData =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'NS' | 'CNAME' | 'PTR'; readonly target: DnsName }
  | { readonly type: 'TXT'; readonly strings: readonly (string | Uint8Array)[] }
  | {
      readonly type: 'SRV'
      readonly priority?: number
      readonly weight?: number
      readonly port: number
      readonly target: DnsName
    }
  | {
      readonly type: 'SOA'
      readonly primary?: DnsName
      readonly mailbox?: DnsName
      readonly serial: number
      readonly refresh?: number
      readonly retry?: number
      readonly expire?: number
      readonly minimum?: number
    }
  | { readonly type: number; readonly data: Uint8Array }

/** Writes a name that stands at this place in the RDATA; it may be compressed. */
export type WriteName = (name: DnsName, offset: number) => Buffer

const typeNumbers = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33 } as const

/** The number of a record's type. */
export function recordType({ type }: DnsRecordData): number {
  return typeof type === 'number' ? type : typeNumbers[type]
}

/** The RDATA of a record. */
export function recordData(record: DnsRecordData, writeName: WriteName = nameBytes): Buffer {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return addressBytes(record.type, record.address)
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return writeName(record.target, 0)
    case 'TXT':
      return Buffer.concat(record.strings.map(characterString))
    case 'SRV': {
      const { priority = 0, weight = 1, port, target } = record
      return Buffer.concat([uint16(priority), uint16(weight), uint16(port), writeName(target, 6)])
    }
    case 'SOA': {
      const { primary = 'ns', mailbox = 'hostmaster', serial } = record
      const { refresh = 3600, retry = 600, expire = 86_400, minimum = 300 } = record
      const first = writeName(primary, 0)
      const second = writeName(mailbox, first.length)
      return Buffer.concat([first, second, ...[serial, refresh, retry, expire, minimum].map(uint32)])
    }
    default:
      return Buffer.from(record.data)
  }
}

/** Two bytes. */
export function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

/** Four bytes. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function characterString(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value)
  if (bytes.length > 255) throw new RangeError(`a character-string of ${bytes.length} bytes; 255 fit`)
  return Buffer.concat([Buffer.of(bytes.length), bytes])
}

function addressBytes(type: 'A' | 'AAAA', address: string): Buffer {
  const bytes = type === 'A' ? ipv4Bytes(address) : ipv6Bytes(address)
  if (bytes === undefined) throw new RangeError(`${JSON.stringify(address)} does not fit an ${type} record`)
  return bytes
}

function ipv4Bytes(address: string): Buffer | undefined {
  const parts = address.split('.').map(Number)
  const right = parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255)
  return right ? Buffer.from(parts) : undefined
}

function ipv6Bytes(address: string): Buffer | undefined {
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return Buffer.concat(groups.map((group) => uint16(Number.parseInt(group, 16))))
}
