/**
 * The value of a key in a TXT record of DNS-SD: `true` for a key without `=`, `undefined` where there is no such key.
 *
 * Keys compare without case, and of several the first one counts, also when it has no value.
 *
 * @param strings the character-strings of the record
 * @param key in lower case ASCII
 * @see RFC 6763 section 6.4
 */
export function textAttribute(strings: readonly Uint8Array[], key: string): Uint8Array | true | undefined {
  for (const string of strings) {
    const equals = string.indexOf(EQUALS_SIGN)
    const end = equals < 0 ? string.length : equals
    if (end !== key.length || asciiText(string.subarray(0, end)).toLowerCase() !== key) continue
    return equals < 0 ? true : string.subarray(equals + 1)
  }
  return undefined
}

const EQUALS_SIGN = 0x3d

function asciiText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
