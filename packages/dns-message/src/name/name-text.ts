import { checkLabel, checkName, type Name, NameError } from './name.js'

/**
 * The presentation format of a name, as it stands in a zone file and in the output of dig: labels joined by dots, without a dot
 * at the end except for the root, which is `.`. Special characters get a backslash, and octets outside
 * printable ASCII become `\DDD`, so different names have different texts, and none can control a terminal.
 *
 * @throws {NameError} `ERR_NAME_CHARACTER` for a character above 255, which no name that was read has
 * @see RFC 1035 section 5.1, RFC 4343 section 2.1
 */
export function nameToText(name: Name): string {
  if (name.length === 0) {
    return '.'
  }
  let text = ''
  for (const label of name) {
    text += text === '' ? labelToText(label) : `.${labelToText(label)}`
  }
  return text
}

/**
 * One label as {@link nameToText} has it.
 *
 * @throws {NameError} `ERR_NAME_CHARACTER` for a character above 255
 */
export function labelToText(label: string): string {
  return NEEDS_ESCAPE.test(label) ? label.replace(NEEDS_ESCAPE_ALL, escaped) : label
}

const NEEDS_ESCAPE = /[^!-~]|["$().;@\\]/
const NEEDS_ESCAPE_ALL = /[^!-~]|["$().;@\\]/g

function escaped(character: string): string {
  const code = character.charCodeAt(0)
  if (code > 0xff) {
    throw new NameError('ERR_NAME_CHARACTER', 'A label has a character that is not one octet')
  }
  return code > 0x20 && code < 0x7f ? `\\${character}` : `\\${code.toString().padStart(3, '0')}`
}

/** A dot between labels, an escape (`\.` or `\046`), an incomplete escape, or a run of other characters. */
// Stryker disable next-line Regex: characters one by one are the same characters: it takes longer
const TOKEN = /\.|\\\d{3}|\\\D|\\|[^.\\]+/gs

/**
 * Parses a name in presentation format, absolute with or without a dot at the end. Characters beyond ASCII
 * are taken as their UTF-8 octets; nothing is mapped (no IDNA), and letter case is kept.
 *
 * @throws {NameError} for text that no name can have
 * @see RFC 1035 section 5.1
 */
export function nameFromText(text: string): Name {
  if (text === '') {
    throw new NameError('ERR_NAME_EMPTY', 'A name has at least one character')
  }
  if (text === '.') {
    return []
  }
  const labels: string[] = []
  let label = ''
  for (const [token] of octetsOfText(text).matchAll(TOKEN)) {
    if (token === '.') {
      labels.push(label)
      label = ''
    } else {
      label += token.startsWith('\\') ? unescaped(token) : token
    }
  }
  if (label !== '') {
    labels.push(label)
  }
  checkName(labels)
  return labels
}

function unescaped(token: string): string {
  if (token.length === 2) {
    return token.slice(1)
  }
  const code = Number(token.slice(1))
  if (token.length !== 4 || code > 255) {
    throw new NameError('ERR_NAME_ESCAPE', 'A backslash must be followed by a character or by three digits up to 255')
  }
  return String.fromCharCode(code)
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

// Stryker disable next-line Regex: a shortcut: the long way comes to the same
const ASCII = /^[\0-\x7f]*$/
const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Decodes a label as UTF-8 text, which DNS-SD uses in instance names; returns `undefined` when it is not UTF-8. The
 * text may contain any character, control characters too.
 *
 * @see RFC 6763 section 4.1.1
 */
export function utf8Label(label: string): string | undefined {
  // Stryker disable next-line all: a shortcut: the long way comes to the same
  if (ASCII.test(label)) {
    return label
  }
  try {
    return decoder.decode(Buffer.from(label, 'latin1'))
    // Stryker disable next-line all: a function that ends returns undefined
  } catch {
    return undefined
  }
}

/**
 * Encodes a text as a UTF-8 label, neither normalised nor escaped.
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
function octetsOfText(text: string): string {
  // Stryker disable next-line all: a shortcut: the long way comes to the same
  if (ASCII.test(text)) {
    return text
  }
  // Encoding would replace it, so different texts would become the same name.
  if (LONE_SURROGATE.test(text)) {
    throw new NameError('ERR_NAME_CHARACTER', 'The text has half a surrogate pair')
  }
  return Buffer.from(text, 'utf8').toString('latin1')
}
