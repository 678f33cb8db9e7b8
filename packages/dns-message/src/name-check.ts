import type { Name } from './name.js'
import { NameError } from './name-error.js'

/**
 * Checks that a name can be written, and gives its length on the wire, at most 255 octets.
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
