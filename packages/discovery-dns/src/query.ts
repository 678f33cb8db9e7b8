import { systemRandom } from '@pstorage/discovery-core'
import {
  type EdnsOption,
  equalNames,
  type Name,
  Opcode,
  RecordClass,
  ResponseCode,
  readHeader,
  readQuestions,
  writeQuery,
} from '@pstorage/dns-message'
import { withRandomCase } from './random-case.js'

/** What UDP replies may measure at most: what passes unfragmented nearly everywhere (DNS flag day 2020). */
const UDP_PAYLOAD_SIZE = 1232

/** One question of class IN. */
export interface DnsQuestion {
  readonly name: Name
  /** A value of `RecordType`. */
  readonly type: number
}

/** How a question is put. */
export interface QueryOptions {
  /** Default true. */
  readonly edns?: boolean
  /** RD; default true. */
  readonly recursionDesired?: boolean
  /** AD: the asker understands AD in the reply (RFC 6840 section 5.7). */
  readonly authenticData?: boolean
  /** Goes with EDNS. */
  readonly cookie?: EdnsOption | undefined
  /** Letters are sent in random case, and only a reply that repeats it is one. Default false. */
  readonly randomCase?: boolean
}

/** A question as it goes to one server, with an id of its own. */
export interface Query {
  /** As it was sent: with letters in random case, perhaps. */
  readonly question: DnsQuestion
  readonly randomCase: boolean
  readonly id: number
  readonly edns: boolean
  readonly bytes: Uint8Array
}

/** Writes a query with an unpredictable id (RFC 5452 section 9.2). */
export function newQuery(question: DnsQuestion, options: QueryOptions = {}): Query {
  const { edns = true, recursionDesired = true, authenticData = false, cookie, randomCase = false } = options
  const id = systemRandom.below(65_536)
  const sent = randomCase ? { ...question, name: withRandomCase(question.name) } : question
  const udpPayloadSize = edns ? UDP_PAYLOAD_SIZE : undefined
  const ednsOptions = edns && cookie !== undefined ? [cookie] : undefined
  const bytes = writeQuery({ ...sent, id, recursionDesired, authenticData, udpPayloadSize, ednsOptions })
  return { question: sent, randomCase, id, edns, bytes }
}

/**
 * Whether bytes are a reply to a query: QR, opcode, id and question are looked at before anything else is believed.
 *
 * Servers that cannot read a query may send back FORMERR or NOTIMP without the question; nothing is taken from such a
 * reply except that the server wants the query in another form.
 *
 * @throws MessageError when the bytes have no whole header and question
 * @see RFC 5452 section 9.1
 */
export function isReplyTo({ question, id, randomCase }: Query, bytes: Uint8Array): boolean {
  const header = readHeader(bytes)
  if (!header.response || header.opcode !== Opcode.QUERY || header.id !== id) return false
  const questions = readQuestions(bytes)
  const [asked] = questions
  if (asked === undefined) return header.rcode === ResponseCode.FORMERR || header.rcode === ResponseCode.NOTIMP
  return (
    questions.length === 1 &&
    asked.type === question.type &&
    asked.class === RecordClass.IN &&
    (randomCase ? isSpelledAlike(asked.name, question.name) : equalNames(asked.name, question.name))
  )
}

function isSpelledAlike(a: Name, b: Name): boolean {
  return a.length === b.length && a.every((label, index) => label === b[index])
}
