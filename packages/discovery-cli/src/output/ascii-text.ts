import { escapeText } from '@pstorage/discovery-core'

/** One escaped line of ASCII, for comments in files whose readers know nothing else. */
export function asciiText(text: string): string {
  return escapeText(text).replace(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}
