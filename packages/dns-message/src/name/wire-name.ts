import { checkName, type Name, NameError } from './name.js'
import { nameFromText, nameToText } from './name-text.js'

/**
 * Octets as a string, one character (0 to 255) an octet.
 *
 * Names and RDATA that are kept or compared have this form: V8 stores it in one byte a character, and unlike a `Uint8Array` it
 * compares with `===` and serves as the key of a Map.
 */
export type Octets = string

/** A domain name in its uncompressed wire form, the root octet included; letter case is kept. @see RFC 1035 section 3.1 */
export type WireName = Octets

/** The root of all names. */
export const ROOT_NAME: WireName = '\0'

/**
 * Writes a name uncompressed, in the letter case it has.
 *
 * @throws {NameError} for a name that cannot be written
 * @see RFC 1035 section 3.1
 */
export function wireName(name: Name): WireName {
  checkName(name)
  let wire = ''
  for (const label of name) {
    wire += String.fromCharCode(label.length) + label
  }
  return wire + ROOT_NAME
}

/**
 * Writes a name as {@link wireName} does, as bytes.
 *
 * @throws {NameError} for a name that cannot be written
 * @see RFC 1035 section 3.1
 */
export function nameToWire(name: Name): Uint8Array {
  // Not the Buffer itself, whose `slice` does not copy.
  return new Uint8Array(Buffer.from(wireName(name), 'latin1'))
}

/**
 * Parses a name in presentation format; without a dot at the end it is relative to `origin`.
 *
 * @throws {NameError} for text that no name can have, and for a name that is too long with the origin
 * @see RFC 1035 section 5.1
 */
export function wireNameFromText(text: string, origin: WireName): WireName {
  const wire = wireName(nameFromText(text))
  const whole = isAbsolute(text) ? wire : wire.slice(0, -1) + origin
  if (whole.length > 255) {
    throw new NameError('ERR_NAME_TOO_LONG', `The name has ${whole.length} octets with its origin, more than 255`)
  }
  return whole
}

function isAbsolute(text: string): boolean {
  const [backslashes = ''] = /\\*(?=\.$)/.exec(text) ?? []
  return text.endsWith('.') && backslashes.length % 2 === 0
}

/** The name in presentation format, as `nameToText` has it. */
export function wireNameToText(wire: WireName): string {
  const labels: string[] = []
  for (let rest = wire; rest !== ROOT_NAME; rest = parentOf(rest)) {
    labels.push(rest.slice(1, 1 + rest.charCodeAt(0)))
  }
  return nameToText(labels)
}

/** The length in octets of the name at an offset. */
export function wireNameLength(octets: Octets, offset: number): number {
  let end = offset
  while (octets.charCodeAt(end) > 0) {
    end += 1 + octets.charCodeAt(end)
  }
  return end + 1 - offset
}

/** The name without its first label. The root has no parent. */
export function parentOf(wire: WireName): WireName {
  return wire.slice(1 + wire.charCodeAt(0))
}

/** Tests if a name is `ancestor` or below it, label by label; both have to be in lower case. */
export function isWithin(name: WireName, ancestor: WireName): boolean {
  let rest = name
  while (rest.length > ancestor.length) {
    rest = parentOf(rest)
  }
  return rest === ancestor
}
