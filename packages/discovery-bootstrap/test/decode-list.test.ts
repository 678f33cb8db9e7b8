import { describe, expect, it } from 'vitest'
import { decodeList } from '../src/list/bootstrap-list.js'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const utf16 = (text: string, order: 'LE' | 'BE', mark: boolean): Uint8Array => {
  const bytes = Buffer.from(mark ? `\ufeff${text}` : text, 'utf16le')
  return order === 'LE' ? bytes : bytes.swap16()
}

describe('the text of a list', () => {
  it.each<[string, Uint8Array, string]>([
    ['ASCII', utf8('10.0.0.1:2510\n'), '10.0.0.1:2510\n'],
    ['nothing', new Uint8Array(), ''],
    ['one character', utf8('#'), '#'],
    ['two characters', utf8('#\n'), '#\n'],
    ['three characters', utf8('#a\n'), '#a\n'],
    ['UTF-8 with a mark', utf8('\ufeff1'), '1'],
    ['what is no UTF-8', Uint8Array.of(0x31, 0xff, 0xfe, 0x32), '1\ufffd\ufffd2'],
    ['a character of the last octet alone', Uint8Array.of(0xff, 0x31, 0x32, 0x33), '\ufffd123'],
    ['a character of the other last octet alone', Uint8Array.of(0xfe, 0x31, 0x32, 0x33), '\ufffd123'],
    ['the second octet of a mark', Uint8Array.of(0x31, 0xfe, 0x32, 0x33), '1\ufffd23'],
    ['the second octet of the other mark', Uint8Array.of(0x31, 0xff, 0x32, 0x33), '1\ufffd23'],
    ['zeros in ASCII', Uint8Array.of(0, 0, 0, 0), '\0\0\0\0'],
    ['one zero, first', Uint8Array.of(0, 0x31, 0x32, 0x33), '\x00123'],
    ['one zero, second', Uint8Array.of(0x31, 0, 0x32, 0x33), '1\x0023'],
    ['two zeros apart, first and fourth', Uint8Array.of(0, 0x31, 0x32, 0), '\x0012\0'],
    ['two zeros apart, second and third', Uint8Array.of(0x31, 0, 0, 0x32), '1\0\x002'],
  ])('of %s', (_, bytes, text) => {
    expect(decodeList(bytes)).toBe(text)
  })

  it.each<[string, Uint8Array]>([
    ['little endian, with a mark', utf16('10.0.0.1', 'LE', true)],
    ['big endian, with a mark', utf16('10.0.0.1', 'BE', true)],
    ['little endian', utf16('10.0.0.1', 'LE', false)],
    ['big endian', utf16('10.0.0.1', 'BE', false)],
    ['a mark alone', Uint8Array.of(0xff, 0xfe)],
    ['the other mark alone', Uint8Array.of(0xfe, 0xff)],
  ])('BS-12: is refused in UTF-16, %s', (_, bytes) => {
    expect(() => decodeList(bytes)).toThrow(
      expect.objectContaining({ code: 'ERR_LIST_MALFORMED', status: 'malformed' }),
    )
  })
})
