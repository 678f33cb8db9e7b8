/** Joins parts of which an input consists, such as the segments of a stream, into the bytes that a finding is kept as. */
export function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const whole = Buffer.allocUnsafe(parts.reduce((size, part) => size + LENGTH + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.writeUInt32BE(part.length, at)
    whole.set(part, at + LENGTH)
    at += LENGTH + part.length
  }
  return whole
}

/** Takes them apart again. Any bytes have parts: the last one ends where the bytes do. */
export function splitParts(whole: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(whole.buffer, whole.byteOffset, whole.length)
  const parts: Uint8Array[] = []
  for (let at = 0; at + LENGTH <= bytes.length; ) {
    const end = Math.min(at + LENGTH + bytes.readUInt32BE(at), bytes.length)
    parts.push(bytes.subarray(at + LENGTH, end))
    at = end
  }
  return parts
}

const LENGTH = 4
