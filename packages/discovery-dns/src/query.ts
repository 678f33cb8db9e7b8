import { systemRandom } from '@pstorage/discovery-core'
import { type EdnsOption, type Name, repliesTo, writeQuery } from '@pstorage/dns-message'
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
  readonly randomCase: boolean
  readonly id: number
  readonly edns: boolean
  readonly bytes: Uint8Array
}

/** Writes a query with an unpredictable id (RFC 5452 section 9.2). */
export function newQuery(question: DnsQuestion, options: QueryOptions = {}): Query {
  const { edns = true, recursionDesired = true, authenticData = false, cookie, randomCase = false } = options
  const id = systemRandom.below(65_536)
  const name = randomCase ? withRandomCase(question.name) : question.name
  const udpPayloadSize = edns ? UDP_PAYLOAD_SIZE : undefined
  const ednsOptions = edns && cookie !== undefined ? [cookie] : undefined
  const bytes = writeQuery({
    name,
    type: question.type,
    id,
    recursionDesired,
    authenticData,
    udpPayloadSize,
    ednsOptions,
  })
  return { randomCase, id, edns, bytes }
}

/** Whether bytes are a reply to a query; nothing else of them is believed yet, nor that they are a message at all. */
export function isReplyTo({ bytes: sent, randomCase }: Query, bytes: Uint8Array): boolean {
  return repliesTo(sent, bytes, randomCase)
}
