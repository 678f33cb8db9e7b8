/**
 * A domain name as the list of its labels, the most specific first and without the root: `['mds1', 'pstorage', 'test']`.
 *
 * Each character of a label is one octet, with the octet's value as its code (0 to 255, the Latin-1 view of the bytes), so a label
 * keeps whatever was on the wire: a dot inside a label is a character like any other. `[]` is the root. Letter case is kept as
 * received; names are compared with {@link equalNames}. Names read from one message may share one array.
 *
 * @see RFC 1035 section 3.1, RFC 2181 section 11
 */
export type Name = readonly string[]

/**
 * Checks that a name can be written, and returns its length on the wire, at most 255 octets.
 *
 * @see RFC 1035 section 2.3.4
 */
export function checkName(name: Name): number {
  let octets = 1
  for (const [index, label] of name.entries()) {
    checkLabel(label, `Label ${index + 1}`)
    octets += label.length + 1
    if (octets > 255) {
      throw new NameError('ERR_NAME_TOO_LONG', 'The name has more than 255 octets')
    }
  }
  return octets
}

/** Checks that a label can be written. `what` begins the message of the error. */
export function checkLabel(label: string, what: string): void {
  if (label.length === 0) {
    throw new NameError('ERR_NAME_LABEL_EMPTY', `${what} is empty`)
  }
  if (label.length > 63) {
    throw new NameError('ERR_NAME_LABEL_TOO_LONG', `${what} has ${label.length} octets, more than 63`)
  }
  for (let i = 0; i < label.length; i++) {
    if (label.charCodeAt(i) > 0xff) {
      throw new NameError('ERR_NAME_CHARACTER', `${what} has a character that is not one octet, at ${i}`)
    }
  }
}

/**
 * The reason why a value is not a valid domain name.
 *
 * - `ERR_NAME_EMPTY`: text of no characters (the root is written `.`).
 * - `ERR_NAME_LABEL_EMPTY`: a label without octets.
 * - `ERR_NAME_LABEL_TOO_LONG`: a label of more than 63 octets.
 * - `ERR_NAME_TOO_LONG`: a name of more than 255 octets, length octets and root included.
 * - `ERR_NAME_CHARACTER`: a label with a character above 255, or text with half a surrogate pair.
 * - `ERR_NAME_ESCAPE`: a backslash at the end, or with digits that are not three or above 255.
 */
export type NameErrorCode =
  | 'ERR_NAME_EMPTY'
  | 'ERR_NAME_LABEL_EMPTY'
  | 'ERR_NAME_LABEL_TOO_LONG'
  | 'ERR_NAME_TOO_LONG'
  | 'ERR_NAME_CHARACTER'
  | 'ERR_NAME_ESCAPE'

/** Thrown for an argument that is not a domain name. */
export class NameError extends Error {
  override readonly name = 'NameError'
  readonly code: NameErrorCode

  constructor(code: NameErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
