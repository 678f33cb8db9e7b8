import { uint8, uint16 } from '../message/octets.js'
import type { Name } from '../name/name.js'

/** Each octet, the letters A to Z as a to z. */
const lowerCase = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet,
)

/**
 * Returns the offset of the label, which is its length octet, that a name of a checked message has at `at`: there, or at the
 * target of the pointers there.
 */
export function labelAt(bytes: Uint8Array, at: number): number {
  let label = at
  while (uint8(bytes, label) >= 0xc0) label = uint16(bytes, label) & 0x3fff
  return label
}

/**
 * Skips labels at the front of a name, or of the remainder of one, in a checked message. Returns the offset of the remaining
 * labels, or -1 when the name begins with other labels. Only the letters A to Z compare without case.
 *
 * @param labels as they stand on the wire, in lower case; the root at their end means that the name must end there
 */
export function passLabels(bytes: Uint8Array, at: number, labels: Uint8Array): number {
  let rest = labelAt(bytes, at)
  let passed = 0
  // The common case: lower case and no pointer, whose first octet differs from that of a label.
  // Stryker disable next-line all: a shortcut: the long way comes to the same
  while (passed < labels.length && bytes[rest + passed] === labels[passed]) passed++
  // Stryker disable next-line ConditionalExpression: a shortcut: the long way comes to the same
  if (passed === labels.length) return rest + passed
  passed = 0
  while (passed < labels.length) {
    rest = labelAt(bytes, rest)
    const end = rest + 1 + uint8(bytes, rest)
    // A length is at most 63 and no letter.
    while (rest < end) if (lowerCase[uint8(bytes, rest++)] !== labels[passed++]) return -1
  }
  return rest
}

/** The octet after a name of a checked message: after its labels, and the root or the pointer that ends them. */
export function afterName(bytes: Uint8Array, at: number): number {
  let label = at
  for (let size = uint8(bytes, label); size > 0 && size < 0xc0; size = uint8(bytes, label)) label += 1 + size
  return label + (uint8(bytes, label) === 0 ? 1 : 2)
}

/** Reads the name at an octet of a checked message. */
export function nameAt(bytes: Buffer, at: number): Name {
  const labels: string[] = []
  for (let label = labelAt(bytes, at); ; ) {
    const size = uint8(bytes, label)
    if (size === 0) return labels
    labels.push(bytes.toString('latin1', label + 1, label + 1 + size))
    label = labelAt(bytes, label + 1 + size)
  }
}
