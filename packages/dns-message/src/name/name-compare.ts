import type { Name } from './name.js'
import { nameToText } from './name-text.js'

/** Tests two names for equality, ignoring the case of the letters A to Z only. @see RFC 4343 section 3 */
export function equalNames(a: Name, b: Name): boolean {
  return a.length === b.length && endsWith(a, b)
}

/** Tests if a name is `ancestor` or below it, label by label: `xorg` is not below `org`. Every name is below the root. */
export function isSubdomainOf(name: Name, ancestor: Name): boolean {
  return name.length >= ancestor.length && endsWith(name, ancestor)
}

/** Returns the same string for equal names and different strings for others, for use as the key of a Map: the name's text in lower case. */
export function nameKey(name: Name): string {
  // The text of a name is ASCII, so this changes the letters A to Z only.
  return nameToText(name).toLowerCase()
}

function endsWith(name: Name, end: Name): boolean {
  const skipped = name.length - end.length
  // Stryker disable next-line ArithmeticOperator: labels that are not there are alike
  for (let i = end.length - 1; i >= 0; i--) {
    // Both exist, since the name is not the shorter one.
    if (!equalLabels(name[skipped + i] as string, end[i] as string)) {
      return false
    }
  }
  return true
}

function equalLabels(a: string, b: string): boolean {
  // Stryker disable next-line all: a shortcut: the long way comes to the same
  if (a === b) {
    return true
  }
  return a.length === b.length && lowerCase(a) === lowerCase(b)
}

/**
 * Returns a label, or a name in any form, with the letters A to Z in lower case and all else unchanged: the form in which names
 * are compared. In the wire form the length octets stay as they are, since they are at most 63.
 *
 * @see RFC 4343 section 3
 */
export function lowerCase(name: string): string {
  // Stryker disable next-line all: a shortcut: the long way comes to the same
  return CAPITAL.test(name) ? name.replace(CAPITALS, (letters) => letters.toLowerCase()) : name
}

const CAPITAL = /[A-Z]/
const CAPITALS = /[A-Z]+/g
