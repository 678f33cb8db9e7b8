import {
  type Message,
  type MessageHeader,
  type MessageScan,
  type Name,
  nameFromText,
  RecordClass,
  type RecordData,
  RecordType,
  type ResourceRecord,
  scanMessage,
} from '@pstorage/dns-message'
import { encode } from '../../dns-message/test/encode.js'

/** A record as the reader of messages gives it; names as text. */
export function record(name: string, data: RecordData, fields: Partial<ResourceRecord> = {}): ResourceRecord {
  const type = data.kind === 'opaque' ? 65_280 : RecordType[data.kind]
  return { name: nameFromText(name), type, class: RecordClass.IN, ttl: 300, data, ...fields }
}

export const a = (address: string): RecordData => ({ kind: 'A', address })
export const cname = (target: string): RecordData => ({ kind: 'CNAME', target: nameFromText(target) })
export const ns = (target: string): RecordData => ({ kind: 'NS', target: nameFromText(target) })

export function srv(target: string, port = 2510, priority = 0, weight = 1): RecordData {
  return { kind: 'SRV', target: nameFromText(target), port, priority, weight }
}

export function soa(serial = 1, minimum = 300): RecordData {
  const numbers = { serial, refresh: 3600, retry: 600, expire: 86_400, minimum }
  return {
    kind: 'SOA',
    mname: nameFromText('ns.pstorage.test'),
    rname: nameFromText('hostmaster.pstorage.test'),
    ...numbers,
  }
}

const responseHeader: MessageHeader = {
  id: 1,
  response: true,
  opcode: 0,
  authoritative: true,
  truncated: false,
  recursionDesired: false,
  recursionAvailable: false,
  authenticData: false,
  checkingDisabled: false,
  rcode: 0,
}

/** The differences of a message from a plain authoritative response without records. */
export interface MessageParts extends Partial<Omit<Message, 'header'>> {
  readonly header?: Partial<MessageHeader>
}

/** A response to one question. */
export function message(name: string, type: number, { header, ...parts }: MessageParts = {}): Message {
  const question = { name: nameFromText(name), type, class: RecordClass.IN }
  return {
    header: { ...responseHeader, ...header },
    questions: [question],
    answers: [],
    authorities: [],
    additionals: [],
    lastRecordOffset: 0,
    ...parts,
  }
}

/** A name from text, for tables. */
export const name: (text: string) => Name = nameFromText

/** A message as it is scanned when it comes over the wire, compressed. */
export const scanned = (given: Message): MessageScan => scanMessage(encode(given, () => true))
