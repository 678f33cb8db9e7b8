import { randomOctets, systemRandom } from '@pstorage/discovery-core'
import {
  type EdnsOption,
  type Message,
  type Name,
  type RecordData,
  RecordType,
  ResponseCode,
  repliesTo,
  responseCode,
  writeQuery,
} from '@pstorage/dns-message'

/** Largest UDP reply, which passes unfragmented nearly everywhere (DNS flag day 2020). */
const UDP_PAYLOAD_SIZE = 1232

/** One question of class IN. */
export interface DnsQuestion {
  readonly name: Name
  /** A value of `RecordType`. */
  readonly type: number
  /** The search domain, where a denial decides whether a cluster exists: it needs a proof then. */
  readonly domain?: Name | undefined
  /** The records that matter among those of this name and type; default: any. An answer without them is a denial, too. */
  readonly wanted?: WantedRecords | undefined
  /** A denial of any server ends the exchange; default: only that of the first one listed. */
  readonly anyDenial?: boolean | undefined
}

/** Some of the records of a name. */
export interface WantedRecords {
  /** Equal for questions that want the same. */
  readonly key: string
  /** Tells whether records of the name are among them. */
  isAmong(records: readonly RecordData[]): boolean
}

/** Options of a query message. */
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

/** Returns whether bytes are a reply to a query; nothing else of them is believed yet, nor that they are a message at all. */
export function isReplyTo({ bytes: sent, randomCase }: Query, bytes: Uint8Array): boolean {
  return repliesTo(sent, bytes, randomCase)
}

/** The longest name has fewer octets than this has bits. */
const RANDOM_OCTETS = 32

/**
 * The same name with letters in upper or lower case at random, one unpredictable bit for each: servers send the
 * question back as it came, and a forger of replies has to guess it ("0x20").
 */
export function withRandomCase(name: Name): Name {
  const bits = randomOctets(RANDOM_OCTETS)
  let at = 0
  return name.map((label) =>
    label.replace(/[A-Za-z]/g, (letter) => {
      const isUpper = ((bits[at >> 3] ?? 0) >> (at & 7)) & 1
      at += 1
      return isUpper === 1 ? letter.toUpperCase() : letter.toLowerCase()
    }),
  )
}
/** Returns whether a reply says in one of the usual ways that the server does not know EDNS (RFC 6891 sections 6.1.3 and 7). */
export function rejectsEdns(message: Message): boolean {
  const rcode = responseCode(message)
  return rcode === ResponseCode.FORMERR || rcode === ResponseCode.NOTIMP || rcode === ResponseCode.BADVERS
}

/**
 * Returns whether a reply without EDNS denies a cluster and could be stale or filtered, which only EDNS can say (RFC 8914).
 * A reply without addresses of one family denies no cluster.
 */
export function mayHideExtendedError({ header, answers }: Message, type: number): boolean {
  if (type === RecordType.A || type === RecordType.AAAA) return false
  return header.rcode === ResponseCode.NXDOMAIN || answers.length === 0
}
