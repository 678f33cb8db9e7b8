import type { Name } from './name.js'

/** The uncompressed wire form of a name. */
export function nameToWire(_name: Name): Uint8Array {
  throw new Error('unwritten')
}

/** Reads an uncompressed name, such as one in opaque RDATA; `next` is the octet after it. */
export function nameFromWire(_bytes: Uint8Array, _offset = 0): { readonly name: Name; readonly next: number } {
  throw new Error('unwritten')
}
