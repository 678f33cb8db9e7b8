import { ResponseCode } from '../registries.js'
import { HEADER_SIZE } from './message-header.js'
import { uint8, uint16 } from './octets.js'

/** QR and OPCODE: a response to a standard query (RFC 1035 section 4.1.1). */
const [KIND_MASK, STANDARD_RESPONSE] = [0xf8, 0x80]
/** QTYPE and QCLASS. */
const TYPE_AND_CLASS = 4

/**
 * Tests if bytes are a reply to a query: a response with the same id and the same question. It compares octets and neither
 * parses, keeps nor throws anything, so that a flood of forged replies costs little. The octets after the question are not
 * checked.
 *
 * The name of a question is never compressed, because no name precedes it.
 *
 * Servers that cannot read a query may send back FORMERR or NOTIMP without the question; that is a reply too, and means only
 * that the server wants the query in another form.
 *
 * @param query what was sent: one question, written by `writeQuery`
 * @param exactCase true if letters of the name must come back in the case in which they were sent ("0x20")
 * @see RFC 5452 section 9.1
 */
export function repliesTo(query: Uint8Array, bytes: Uint8Array, exactCase = false): boolean {
  // Stryker disable next-line ConditionalExpression: other conditions already see to it, so that it never decides alone
  if (bytes.length < HEADER_SIZE || uint16(bytes, 0) !== uint16(query, 0)) return false
  if ((uint8(bytes, 2) & KIND_MASK) !== STANDARD_RESPONSE) return false
  const questions = uint16(bytes, 4)
  if (questions === 0) return rejectsForm(uint8(bytes, 3) & 0xf)
  return questions === 1 && repeatsQuestion(query, bytes, exactCase)
}

function rejectsForm(rcode: number): boolean {
  return rcode === ResponseCode.FORMERR || rcode === ResponseCode.NOTIMP
}

function repeatsQuestion(query: Uint8Array, bytes: Uint8Array, exactCase: boolean): boolean {
  const nameEnd = endOfName(query)
  const end = nameEnd + TYPE_AND_CLASS
  // Stryker disable next-line ConditionalExpression: other conditions already see to it, so that it never decides alone
  if (bytes.length < end) return false
  for (let at = HEADER_SIZE; at < end; at++) {
    const [sent, received] = [uint8(query, at), uint8(bytes, at)]
    if (sent === received) continue
    // A length is at most 63 and no letter, so it is the same or the name is another.
    if (exactCase || at >= nameEnd || !isSameLetter(sent, received)) return false
  }
  return true
}

function endOfName(query: Uint8Array): number {
  let at = HEADER_SIZE
  while (uint8(query, at) !== 0) at += 1 + uint8(query, at)
  return at + 1
}

function isSameLetter(a: number, b: number): boolean {
  const lower = a | 0x20
  return lower === (b | 0x20) && lower >= 0x61 && lower <= 0x7a
}
