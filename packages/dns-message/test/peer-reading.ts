import type { Message, MessageHeader, Name, RecordData, ResourceRecord } from '../src/index.js'

/** A message as a reader sees it, in a form that allows comparing readers. */
export interface Reading {
  readonly id: number
  /** The 16 bits behind the id. */
  readonly flags: number
  readonly questions: readonly { readonly name: string; readonly type: number; readonly class: number }[]
  readonly sections: readonly (readonly ReadRecord[])[]
}

/** One record; data in a form of its own for each kind. */
export interface ReadRecord {
  readonly name: string
  readonly type: number
  readonly class: number
  readonly ttl: number
  readonly data: unknown
}

/** The output format of a peer, including its deviations. */
export interface Manner {
  name(name: Name): string
  /** Of the mailbox in an SOA record. */
  mailbox(name: Name): string
  text(string: Uint8Array): Buffer
  ttl(seconds: number): number
  /** The options of an OPT record. */
  options(data: Extract<RecordData, { readonly kind: 'OPT' }>): unknown
}

/** Another reader of messages. */
export interface Peer {
  read(bytes: Buffer): Reading
  /**
   * Formats values as the peer does. Reports each difference with the row that explains it.
   *
   * @param explain called with an id of libraries.md, or of faults.md
   */
  manner(explain: (row: string) => void): Manner
}

/** A name with every octet that could be taken for something else escaped, so that no two names have one text. */
export const exactName = (name: Name): string => {
  const escaped = (label: string): string =>
    label.replace(/[^!-~]|[.\\]/g, (octet) => `\\${String(octet.charCodeAt(0)).padStart(3, '0')}`)
  return name.length === 0 ? '.' : name.map(escaped).join('.')
}

/**
 * One text for each IPv6 address. dns-packet shortens the first zeros and not the most (RFC 5952 section 4.2.3), and only we end
 * mapped ones as IPv4 (section 5), which are other texts of the same.
 */
export const plainAddress = (address: string): string => new URL(`http://[${address}]`).hostname

/** Our reading in the format of a peer. */
export function readingOf({ header, questions, answers, authorities, additionals }: Message, manner: Manner): Reading {
  return {
    id: header.id,
    flags: flagsOf(header),
    questions: questions.map(({ name, ...question }) => ({ name: manner.name(name), ...question })),
    sections: [answers, authorities, additionals].map((records) => records.map((record) => readRecord(record, manner))),
  }
}

function readRecord({ name, type, class: recordClass, ttl, data }: ResourceRecord, manner: Manner): ReadRecord {
  return {
    name: manner.name(name),
    type,
    class: recordClass,
    ttl: manner.ttl(ttl),
    data: dataOf(data, manner),
  }
}

function dataOf(data: RecordData, manner: Manner): unknown {
  switch (data.kind) {
    case 'A':
      return data.address
    case 'AAAA':
      return plainAddress(data.address)
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return manner.name(data.target)
    case 'SOA': {
      const { kind: _, mname, rname, ...numbers } = data
      return { mname: manner.name(mname), rname: manner.mailbox(rname), ...numbers }
    }
    case 'SRV': {
      const { kind: _, target, ...numbers } = data
      return { ...numbers, target: manner.name(target) }
    }
    case 'TXT':
      return data.strings.map((string) => manner.text(string))
    case 'OPT':
      return manner.options(data)
    case 'opaque':
      return Buffer.from(data.bytes)
  }
}

function flagsOf(header: MessageHeader): number {
  const bit = (isSet: boolean, place: number): number => (isSet ? 1 << place : 0)
  return (
    bit(header.response, 15) |
    (header.opcode << 11) |
    bit(header.authoritative, 10) |
    bit(header.truncated, 9) |
    bit(header.recursionDesired, 8) |
    bit(header.recursionAvailable, 7) |
    bit(header.authenticData, 5) |
    bit(header.checkingDisabled, 4) |
    header.rcode
  )
}
