import { describe, expect, it } from 'vitest'
import { labelFromUtf8, type NameErrorCode, utf8Label } from '../src/index.js'
import { nameErrorOf } from './caught.js'

describe('utf8Label and labelFromUtf8', () => {
  const both: readonly { label: string; text: string }[] = [
    { label: 'My Cluster.1', text: 'My Cluster.1' },
    { label: 'M\xc3\xbcller', text: 'M\u00fcller' },
    { label: '\xf0\x9f\x92\xbe', text: '\u{1f4be}' },
    { label: '\xef\xbb\xbfa', text: '\ufeffa' },
    { label: 'u\xcc\x88', text: 'u\u0308' },
  ]
  it.each(both)('$text', ({ label, text }) => {
    expect(utf8Label(label)).toBe(text)
    expect(labelFromUtf8(text)).toBe(label)
  })

  it.each(['\xff', 'M\xfcller', '\xc3', '\xc0\xaf', '\xed\xa0\x80', '\xf4\x90\x80\x80'])(
    'is not UTF-8: %j',
    (label) => {
      expect(utf8Label(label)).toBeUndefined()
    },
  )

  const refused: readonly { name: string; text: string; code: NameErrorCode }[] = [
    { name: 'no text', text: '', code: 'ERR_NAME_LABEL_EMPTY' },
    { name: '64 octets', text: '\u043a'.repeat(32), code: 'ERR_NAME_LABEL_TOO_LONG' },
    { name: 'half a surrogate pair', text: '\udc00', code: 'ERR_NAME_CHARACTER' },
  ]
  it.each(refused)('refuses $name', ({ text, code }) => {
    expect(nameErrorOf(() => labelFromUtf8(text)).code).toBe(code)
  })
})
