/**
 * Why something is not a domain name that can be written.
 *
 * - `ERR_NAME_EMPTY`: text of no characters (the root is written `.`).
 * - `ERR_NAME_LABEL_EMPTY`: a label without octets.
 * - `ERR_NAME_LABEL_TOO_LONG`: a label of more than 63 octets.
 * - `ERR_NAME_TOO_LONG`: a name of more than 255 octets, length octets and root included.
 * - `ERR_NAME_CHARACTER`: a label with a character above 255, or text with half a surrogate pair.
 * - `ERR_NAME_ESCAPE`: a backslash with nothing behind it, or with digits that are not three or above 255.
 */
export type NameErrorCode =
  | 'ERR_NAME_EMPTY'
  | 'ERR_NAME_LABEL_EMPTY'
  | 'ERR_NAME_LABEL_TOO_LONG'
  | 'ERR_NAME_TOO_LONG'
  | 'ERR_NAME_CHARACTER'
  | 'ERR_NAME_ESCAPE'

/** A name or a text that the caller gave is not a domain name. */
export class NameError extends Error {
  override readonly name = 'NameError'
  readonly code: NameErrorCode

  constructor(code: NameErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
