import { checkLabel } from './name-check.js'
import { NameError } from './name-error.js'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const ASCII = /^[\0-\x7f]*$/
const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * A label as the UTF-8 text that it holds, which is what DNS-SD has in instance names, or `undefined` when it is not UTF-8. The
 * text may have any character in it, control characters too.
 *
 * @see RFC 6763 section 4.1.1
 */
export function utf8Label(label: string): string | undefined {
  if (ASCII.test(label)) {
    return label
  }
  try {
    return decoder.decode(Buffer.from(label, 'latin1'))
  } catch {
    return undefined
  }
}

/**
 * The label that holds a text as UTF-8, as it is: neither normalised nor escaped.
 *
 * @throws {NameError} for text of no characters or more than 63 octets, and for half a surrogate pair
 * @see RFC 6763 section 4.1.1
 */
export function labelFromUtf8(text: string): string {
  const label = octetsOfText(text)
  checkLabel(label, 'The label')
  return label
}

/** The UTF-8 octets of a text, as characters. */
export function octetsOfText(text: string): string {
  if (ASCII.test(text)) {
    return text
  }
  // Encoding would replace it, and two texts would become one name.
  if (LONE_SURROGATE.test(text)) {
    throw new NameError('ERR_NAME_CHARACTER', 'The text has half a surrogate pair')
  }
  return Buffer.from(text, 'utf8').toString('latin1')
}
