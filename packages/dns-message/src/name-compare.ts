import type { Name } from './name.js'
import { nameToText } from './name-text.js'

/** Whether two names are the same. Only the letters A to Z compare without case. @see RFC 4343 section 3 */
export function equalNames(a: Name, b: Name): boolean {
  return a.length === b.length && endsWith(a, b)
}

/** Whether a name is `ancestor` or below it, label by label: `xorg` is not below `org`. Everything is below the root. */
export function isSubdomainOf(name: Name, ancestor: Name): boolean {
  return name.length >= ancestor.length && endsWith(name, ancestor)
}

/** A string that equal names share and no others do, for use as the key of a Map: the name's text in lower case. */
export function nameKey(name: Name): string {
  // What is left of a name in its text is ASCII, so this changes the letters A to Z only.
  return nameToText(name).toLowerCase()
}

function endsWith(name: Name, end: Name): boolean {
  const skipped = name.length - end.length
  for (let i = end.length - 1; i >= 0; i--) {
    // Both are there, since the name is not the shorter one.
    if (!equalLabels(name[skipped + i] as string, end[i] as string)) {
      return false
    }
  }
  return true
}

function equalLabels(a: string, b: string): boolean {
  if (a === b) {
    return true
  }
  if (a.length !== b.length) {
    return false
  }
  for (let i = 0; i < a.length; i++) {
    if (lowerCase(a.charCodeAt(i)) !== lowerCase(b.charCodeAt(i))) {
      return false
    }
  }
  return true
}

function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code
}
