/** One octet. The caller has checked that it is there. */
export function uint8(bytes: Uint8Array, at: number): number {
  return bytes[at] as number
}

/** Two octets, the high one first (RFC 1035 section 2.3.2). The caller has checked that they are there. */
export function uint16(bytes: Uint8Array, at: number): number {
  return (uint8(bytes, at) << 8) | uint8(bytes, at + 1)
}

/** Four octets as an unsigned number, the high one first. The caller has checked that they are there. */
export function uint32(bytes: Uint8Array, at: number): number {
  return ((uint16(bytes, at) << 16) | uint16(bytes, at + 2)) >>> 0
}

/** A view, not a copy, of octets. Never a Buffer, whatever was read, because `slice` of a Buffer does not copy. */
export function viewOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start)
}
