import type { Name } from './name.js'
import { uint8, uint16 } from './octets.js'

/** Each octet, the letters A to Z as a to z. */
const lowerCase = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet,
)

/**
 * Where the label begins, with its length in front, that a name of a scanned message has at `at`: there, or where the pointers
 * there lead to.
 */
export function labelAt(bytes: Uint8Array, at: number): number {
  let label = at
  while (uint8(bytes, label) >= 0xc0) label = uint16(bytes, label) & 0x3fff
  return label
}

/**
 * Passes labels at the front of a name, or what is left of one, in a scanned message. Gives where the rest of the name begins,
 * or -1 when the name begins otherwise. Only the letters A to Z compare without case.
 *
 * @param labels as they stand on the wire, in lower case; the root at their end means that the name must end there
 */
export function passLabels(bytes: Uint8Array, at: number, labels: Uint8Array): number {
  let rest = labelAt(bytes, at)
  let passed = 0
  // In lower case and without a pointer among them, as nearly always: that has another first octet than a label.
  while (passed < labels.length && bytes[rest + passed] === labels[passed]) passed++
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

/** The octet after a name of a scanned message: after its labels, and the root or the pointer that ends them. */
export function afterName(bytes: Uint8Array, at: number): number {
  let label = at
  for (let size = uint8(bytes, label); size > 0 && size < 0xc0; size = uint8(bytes, label)) label += 1 + size
  return label + (uint8(bytes, label) === 0 ? 1 : 2)
}

/** The name at an octet of a scanned message. */
export function nameAt(bytes: Buffer, at: number): Name {
  const labels: string[] = []
  for (let label = labelAt(bytes, at); ; ) {
    const size = uint8(bytes, label)
    if (size === 0) return labels
    labels.push(bytes.toString('latin1', label + 1, label + 1 + size))
    label = labelAt(bytes, label + 1 + size)
  }
}
