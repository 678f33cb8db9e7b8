import {
  ednsOf,
  type Message,
  type MessageHeader,
  Opcode,
  RecordClass,
  RecordType,
  type ResourceRecord,
  ResponseCode,
  readHeader,
  readMessage,
} from '@pstorage/dns-message'
import { nameKey, type WireName, wireName } from './wire-name.js'

/** The question of a query, its name in the spelling in which it came. */
export interface Question {
  readonly name: WireName
  readonly type: number
  readonly class: number
}

/** What a response takes over from the query. */
export interface Query {
  readonly id: number
  readonly opcode: number
  readonly recursionDesired: boolean
  /** Missing where the query could not be read that far. */
  readonly question: Question | undefined
  /** Missing in a query without an OPT record: then the response has none either (RFC 6891 section 6.1.1). */
  readonly edns: { readonly udpPayloadSize: number; readonly dnssecOk: boolean } | undefined
  /** The serial that the asker of an IXFR has (RFC 1995 section 3). */
  readonly serial: number | undefined
  /** The TSIG record, as it came. */
  readonly signature: Signature | undefined
}

/** The TSIG record of a query (RFC 8945 section 4.2), its RDATA as it came. */
export interface Signature {
  /** The name of the key in the spelling of the query. */
  readonly keyName: WireName
  /** The same, in the form in which names are compared. */
  readonly key: WireName
  readonly data: Uint8Array
  /** Where the record begins in the message. */
  readonly offset: number
}

/** A query with a question, or one that gets an error for an answer. */
export type Reading =
  | { readonly query: Query; readonly question: Question }
  | { readonly query: Query; readonly rcode: number }

const headerLength = 12

/**
 * Reads what a client sent, or says nothing where it deserves no answer: too short to have an id, or itself a response
 * (two servers could answer one another for ever).
 */
export function readQuery(bytes: Uint8Array): Reading | undefined {
  if (bytes.length < headerLength) return undefined
  const header = readHeader(bytes)
  if (header.response) return undefined
  const message = tryRead(bytes)
  const query = queryOf(header, message)
  if (header.opcode !== Opcode.QUERY) return { query, rcode: ResponseCode.NOTIMP }
  const { question } = query
  if (message === undefined || question === undefined || hasWrongSignature(message)) {
    return { query, rcode: ResponseCode.FORMERR }
  }
  if ((ednsOf(message)?.version ?? 0) > 0) return { query, rcode: ResponseCode.BADVERS }
  const rcode = faultOf(question)
  return rcode === undefined ? { query, question } : { query, rcode }
}

function tryRead(bytes: Uint8Array): Message | undefined {
  try {
    return readMessage(bytes)
  } catch {
    // A MessageError: the client is told by FORMERR.
    return undefined
  }
}

function queryOf(header: MessageHeader, message: Message | undefined): Query {
  const [question, another] = message?.questions ?? []
  const edns = message === undefined ? undefined : ednsOf(message)
  const [held] = message?.authorities ?? []
  return {
    id: header.id,
    opcode: header.opcode,
    recursionDesired: header.recursionDesired,
    // One question is what a query has (RFC 9619).
    question:
      question === undefined || another !== undefined ? undefined : { ...question, name: wireName(question.name) },
    edns: edns && { udpPayloadSize: edns.udpPayloadSize, dnssecOk: edns.dnssecOk },
    serial: held?.data.kind === 'SOA' ? held.data.serial : undefined,
    signature: message && signatureOf(message),
  }
}

function signatureOf(message: Message): Signature | undefined {
  if (hasWrongSignature(message)) return undefined
  const last = message.additionals.at(-1)
  if (last?.type !== RecordType.TSIG || last.data.kind !== 'opaque') return undefined
  const keyName = wireName(last.name)
  return { keyName, key: nameKey(keyName), data: last.data.bytes, offset: message.lastRecordOffset }
}

// It is the last record, there is no other, and its class is ANY and its TTL 0 (RFC 8945 sections 4.2 and 5.1).
function hasWrongSignature({ answers, authorities, additionals }: Message): boolean {
  const last = additionals.at(-1)
  const isSignature = ({ type }: ResourceRecord): boolean => type === RecordType.TSIG
  if ([answers, authorities, additionals.slice(0, -1)].some((section) => section.some(isSignature))) return true
  return last !== undefined && isSignature(last) && (last.class !== RecordClass.ANY || last.ttl !== 0)
}

// Types that are no data and no question, and the two for mail that RFC 1035 made obsolete.
const wrongTypes: ReadonlySet<number> = new Set([0, RecordType.OPT, RecordType.TSIG, RecordType.TKEY])
const mailTypes: ReadonlySet<number> = new Set([253, 254])

function faultOf(question: Question): number | undefined {
  if (wrongTypes.has(question.type)) return ResponseCode.FORMERR
  if (mailTypes.has(question.type)) return ResponseCode.NOTIMP
  return question.class === RecordClass.IN ? undefined : ResponseCode.REFUSED
}
