import { describe, expect, it } from 'vitest'
import { labelToText, type Name, type NameErrorCode, nameFromText, nameToText } from '../src/index.js'
import { nameErrorOf } from './caught.js'

const both: readonly { name: Name; text: string }[] = [
  { name: [], text: '.' },
  { name: ['a'], text: 'a' },
  { name: ['_pstorage', '_tcp', 'Cluster-1', 'test'], text: '_pstorage._tcp.Cluster-1.test' },
  { name: ['a.b', 'c'], text: 'a\\.b.c' },
  { name: ['a\\b', 'c'], text: 'a\\\\b.c' },
  { name: ['\\'], text: '\\\\' },
  { name: ['.'], text: '\\.' },
  { name: ['\0\x1b\x7f'], text: '\\000\\027\\127' },
  { name: ['my cluster'], text: 'my\\032cluster' },
  { name: ['\x80\xff'], text: '\\128\\255' },
  { name: ['a"b(c)d;e@f$g'], text: 'a\\"b\\(c\\)d\\;e\\@f\\$g' },
  { name: ["!#%&'*+,-/:<=>?[]^_`{|}~"], text: "!#%&'*+,-/:<=>?[]^_`{|}~" },
  {
    name: ['x'.repeat(63), 'y'.repeat(63), 'z'.repeat(63), 'w'.repeat(61)],
    text: `${'x'.repeat(63)}.${'y'.repeat(63)}.${'z'.repeat(63)}.${'w'.repeat(61)}`,
  },
]

describe('nameToText', () => {
  it.each(both)('writes $text', ({ name, text }) => {
    expect(nameToText(name)).toBe(text)
  })

  it('keeps a dot in a label apart from a dot between labels', () => {
    expect(nameToText(['a.b'])).not.toBe(nameToText(['a', 'b']))
  })

  it('refuses what is no octet', () => {
    expect(nameErrorOf(() => nameToText(['\u20ac'])).code).toBe('ERR_NAME_CHARACTER')
  })

  it('writes one label too', () => {
    expect(labelToText('a.b c')).toBe('a\\.b\\032c')
  })
})

describe('nameFromText', () => {
  it.each(both)('reads $text', ({ name, text }) => {
    expect(nameFromText(text)).toEqual(name)
  })

  const read: readonly { text: string; name: Name }[] = [
    { text: 'a.b.', name: ['a', 'b'] },
    { text: 'a\\.', name: ['a.'] },
    { text: 'a\\..', name: ['a.'] },
    { text: '\\097\\098', name: ['ab'] },
    { text: '\\0461', name: ['.1'] },
    { text: '\\a\\-', name: ['a-'] },
    { text: 'my cluster', name: ['my cluster'] },
    { text: 'a\nb', name: ['a\nb'] },
    { text: '\u043a.test', name: ['\xd0\xba', 'test'] },
    { text: '\\\u043a', name: ['\xd0\xba'] },
    { text: '\u{1f4be}', name: ['\xf0\x9f\x92\xbe'] },
    { text: 'm\xfcller', name: ['m\xc3\xbcller'] },
  ]
  it.each(read)('reads $text', ({ text, name }) => {
    expect(nameFromText(text)).toEqual(name)
  })

  const refused: readonly { text: string; code: NameErrorCode }[] = [
    { text: '', code: 'ERR_NAME_EMPTY' },
    { text: '..', code: 'ERR_NAME_LABEL_EMPTY' },
    { text: '.a', code: 'ERR_NAME_LABEL_EMPTY' },
    { text: 'a..b', code: 'ERR_NAME_LABEL_EMPTY' },
    { text: 'a..', code: 'ERR_NAME_LABEL_EMPTY' },
    { text: 'x'.repeat(64), code: 'ERR_NAME_LABEL_TOO_LONG' },
    { text: '\u043a'.repeat(32), code: 'ERR_NAME_LABEL_TOO_LONG' },
    { text: `${`${'x'.repeat(63)}.`.repeat(3)}${'x'.repeat(62)}`, code: 'ERR_NAME_TOO_LONG' },
    { text: 'a.'.repeat(128), code: 'ERR_NAME_TOO_LONG' },
    { text: 'a\\', code: 'ERR_NAME_ESCAPE' },
    { text: '\\1', code: 'ERR_NAME_ESCAPE' },
    { text: '\\12', code: 'ERR_NAME_ESCAPE' },
    { text: '\\12a', code: 'ERR_NAME_ESCAPE' },
    { text: '\\256', code: 'ERR_NAME_ESCAPE' },
    { text: '\\999', code: 'ERR_NAME_ESCAPE' },
    { text: 'a\ud800', code: 'ERR_NAME_CHARACTER' },
  ]
  it.each(refused)('refuses $text with $code', ({ text, code }) => {
    expect(nameErrorOf(() => nameFromText(text))).toMatchObject({ name: 'NameError', code })
  })
})
