import {
  ednsOf,
  type Message,
  type MessageHeader,
  Opcode,
  RecordClass,
  RecordType,
  ResponseCode,
  readHeader,
  readMessage,
  type WireName,
  wireName,
} from '@pstorage/dns-message'

/** The question of a query, its name in the spelling of the client. */
export interface Question {
  readonly name: WireName
  readonly type: number
  readonly class: number
}

/** The parts of a query that a response repeats or depends on. */
export interface Query {
  readonly id: number
  readonly opcode: number
  readonly recursionDesired: boolean
  /** Missing where the query could not be read that far. */
  readonly question: Question | undefined
  /** Missing in a query without an OPT record: then the response has none either (RFC 6891 section 6.1.1). */
  readonly edns: { readonly udpPayloadSize: number; readonly dnssecOk: boolean } | undefined
  /** The serial of the client in an IXFR query (RFC 1995 section 3). */
  readonly serial: number | undefined
  /** The whole message; missing where it could not be read. */
  readonly message: Message | undefined
}

/** A query with a question, or the response code of a query with a fault. */
export type ParsedQuery =
  | { readonly query: Query; readonly question: Question }
  | { readonly query: Query; readonly rcode: number }

const headerLength = 12

/**
 * Parses a message from a client. Returns `undefined` for one that gets no answer: too short to have an id, or itself a
 * response (two servers could answer each other forever).
 */
export function readQuery(bytes: Uint8Array): ParsedQuery | undefined {
  if (bytes.length < headerLength) return undefined
  const header = readHeader(bytes)
  if (header.response) return undefined
  const message = tryRead(bytes)
  const query = queryOf(header, message)
  if (header.opcode !== Opcode.QUERY) return { query, rcode: ResponseCode.NOTIMP }
  const { question } = query
  if (message === undefined || question === undefined) return { query, rcode: ResponseCode.FORMERR }
  if ((ednsOf(message)?.version ?? 0) > 0) return { query, rcode: ResponseCode.BADVERS }
  const rcode = faultOf(question)
  return rcode === undefined ? { query, question } : { query, rcode }
}

function tryRead(bytes: Uint8Array): Message | undefined {
  try {
    return readMessage(bytes)
  } catch {
    // A MessageError: the client gets FORMERR.
    return undefined
  }
}

function queryOf(header: MessageHeader, message: Message | undefined): Query {
  const [question, another] = message?.questions ?? []
  const edns = message === undefined ? undefined : ednsOf(message)
  const [authority] = message?.authorities ?? []
  return {
    id: header.id,
    opcode: header.opcode,
    recursionDesired: header.recursionDesired,
    // A query has one question (RFC 9619).
    question:
      question === undefined || another !== undefined ? undefined : { ...question, name: wireName(question.name) },
    edns: edns && { udpPayloadSize: edns.udpPayloadSize, dnssecOk: edns.dnssecOk },
    serial: authority?.data.kind === 'SOA' ? authority.data.serial : undefined,
    message,
  }
}

// Types that cannot be queried, and the two for mail that RFC 1035 made obsolete.
const wrongTypes: ReadonlySet<number> = new Set([0, RecordType.OPT, RecordType.TSIG, RecordType.TKEY])
const mailTypes: ReadonlySet<number> = new Set([253, 254])

function faultOf(question: Question): number | undefined {
  if (wrongTypes.has(question.type)) return ResponseCode.FORMERR
  if (mailTypes.has(question.type)) return ResponseCode.NOTIMP
  return question.class === RecordClass.IN ? undefined : ResponseCode.REFUSED
}
