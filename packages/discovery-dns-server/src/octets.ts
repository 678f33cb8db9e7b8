/**
 * Bytes as a string, one character (0 to 255) a byte.
 *
 * Names and RDATA of a zone are kept in this form: an engine stores it in one byte a character, and it compares with
 * `===` and serves as the key of a Map, where a Buffer does neither.
 */
export type Octets = string

/** Bytes as octets. */
export function octetsFromBytes(bytes: Uint8Array): Octets {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** The UTF-8 bytes of a text. */
export function octetsFromUtf8(text: string): Octets {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** A number in two bytes, the higher first. */
export function uint16(value: number): Octets {
  return String.fromCharCode((value >>> 8) & 0xff, value & 0xff)
}

/** A number in four bytes, the highest first. */
export function uint32(value: number): Octets {
  return uint16(value >>> 16) + uint16(value & 0xffff)
}

/** Reads four bytes, the highest first, from `offset`. */
export function readUint32(octets: Octets, offset: number): number {
  let value = 0
  for (let index = offset; index < offset + 4; index++) value = value * 256 + octets.charCodeAt(index)
  return value
}
