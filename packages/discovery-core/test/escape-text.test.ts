import { escapeText, quoteText } from '@pstorage/discovery-core'
import { expect, it } from 'vitest'

it.each([
  ['plain', 'my cluster, größe', 'my cluster, größe'],
  ['CLI-5 ESC', '\u001b[31m', '\\x1b[31m'],
  ['CLI-5 C1', '\u009b31m', '\\x9b31m'],
  ['CLI-5 BEL and CR', '\u0007\r', '\\x07\\x0d'],
  ['CLI-5 bidi', 'a\u202eb', 'a\\u{202e}b'],
  ['CLI-5 zero width', 'a\u200bb', 'a\\u{200b}b'],
  ['CLI-5 line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['CLI-6 newline', 'a\nb', 'a\\x0ab'],
  ['CLI-7 lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
  ['a backslash is not mistaken for an escape', '\\x1b', '\\\\x1b'],
])('%s', (_, text, escaped) => {
  expect(escapeText(text)).toBe(escaped)
})

it('cuts what is too long', () => {
  expect(escapeText('x'.repeat(300))).toBe(`${'x'.repeat(256)}...`)
})

it('quotes', () => {
  expect(quoteText("it's")).toBe("'it\\'s'")
})
