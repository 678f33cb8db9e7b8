import type { FuzzRandom } from './fuzz-random.js'

/** Octets at which readers go wrong: bounds of lengths, kinds of labels, signs. */
const TELLING = [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xff] as const

/** Changes some octets without regard to what they mean. The input is left as it is. */
export function mutateBytes(bytes: Uint8Array, random: FuzzRandom, longest: number): Uint8Array {
  let mutated: Buffer = Buffer.from(bytes)
  for (let left = 1 + random.small(4); left > 0; left -= 1) mutated = mutatedOnce(mutated, random)
  return mutated.length > longest ? mutated.subarray(0, longest) : mutated
}

function mutatedOnce(bytes: Buffer, random: FuzzRandom): Buffer {
  const at = random.below(bytes.length)
  const size = 1 + random.small(16)
  switch (random.below(8)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
      return bytes
    case 1:
      bytes[at] = random.pick(TELLING)
      return bytes
    case 2:
      bytes[at] = random.bits()
      return bytes
    case 3:
      bytes[at] = (bytes[at] ?? 0) + random.below(9) - 4
      return bytes
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)])
    case 5:
      return Buffer.concat([bytes.subarray(0, at + size), bytes.subarray(at)])
    case 6:
      return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(size, random.pick(TELLING)), bytes.subarray(at)])
    default:
      return bytes.subarray(0, at)
  }
}
