import { type Name, nameFromText, nameToText } from '@pstorage/dns-message'
import type { Octets } from './octets.js'

/** A domain name in its uncompressed wire form, the root byte included; letter case is kept. @see RFC 1035 section 3.1 */
export type WireName = Octets

/** The root of all names. */
export const rootName: WireName = '\0'

const longestName = 255

/** The wire form of a list of labels. */
export function wireName(name: Name): WireName {
  let wire = ''
  for (const label of name) wire += String.fromCharCode(label.length) + label
  return `${wire}\0`
}

/**
 * Reads a name in presentation format; without a final dot it is relative to `origin`.
 *
 * @throws NameError when it is not a name; RangeError when it is too long below that origin.
 */
export function wireNameFromText(text: string, origin: WireName): WireName {
  const wire = wireName(nameFromText(text))
  return isAbsolute(text) ? wire : joinNames(wire, origin)
}

/** Puts a name in front of another. @throws RangeError when the result is longer than 255 bytes. */
function joinNames(first: WireName, last: WireName): WireName {
  const joined = first.slice(0, -1) + last
  if (joined.length > longestName) {
    throw new RangeError(`the name has ${joined.length} bytes below its origin, and ${longestName} are allowed`)
  }
  return joined
}

/** The name in presentation format, without the final dot. */
export function wireNameToText(wire: WireName): string {
  return nameToText(labelsOf(wire))
}

function labelsOf(wire: WireName): Name {
  const labels: string[] = []
  for (let offset = 0, length = wire.charCodeAt(0); length > 0; length = wire.charCodeAt(offset)) {
    labels.push(wire.slice(offset + 1, offset + 1 + length))
    offset += 1 + length
  }
  return labels
}

/** How many bytes the name takes that starts at `offset`. */
export function nameLength(octets: Octets, offset: number): number {
  let end = offset
  while (octets.charCodeAt(end) > 0) end += 1 + octets.charCodeAt(end)
  return end + 1 - offset
}

/**
 * The form in which names are compared: ASCII letters in lower case, all else as it is (RFC 4343 section 3).
 *
 * Length bytes are at most 63 and so never taken for a letter.
 */
export function nameKey(wire: WireName): WireName {
  return /[A-Z]/.test(wire) ? wire.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : wire
}

/** The name without its first label. The root has no parent. */
export function parentOf(wire: WireName): WireName {
  return wire.slice(1 + wire.charCodeAt(0))
}

/** Whether a name is `ancestor` or below it; both as keys. Labels count, not characters. */
export function isWithin(key: WireName, ancestor: WireName): boolean {
  let rest = key
  while (rest.length > ancestor.length) rest = parentOf(rest)
  return rest === ancestor
}

function isAbsolute(text: string): boolean {
  if (!text.endsWith('.')) return false
  let backslashes = 0
  while (text[text.length - 2 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 0
}
