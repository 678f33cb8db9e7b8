import { describe, expect, it } from 'vitest'
import { namesOfTxt } from '../src/lookup/txt-lookup.js'

interface Row {
  readonly id: string
  readonly what: string
  readonly strings: readonly (string | Uint8Array)[]
  readonly names?: readonly string[]
  /** Codes, in order. */
  readonly warnings?: readonly string[]
}

const longest = 'n'.repeat(63)

const rows: readonly Row[] = [
  {
    id: 'TXT-1',
    what: 'several records and strings are united, each name once and first seen first',
    strings: ['c2,c1', 'c3', 'c1', 'c2,c4'],
    names: ['c2', 'c1', 'c3', 'c4'],
  },
  {
    id: 'TXT-2',
    what: 'each string is a list of its own',
    strings: ['cluster1,cluster2', 'cluster3,cluster4'],
    names: ['cluster1', 'cluster2', 'cluster3', 'cluster4'],
  },
  {
    id: 'TXT-3',
    what: 'a full string that may cut a name is warned of, and read all the same',
    strings: [`${'abc,'.repeat(63)}cut`, 'ter'],
    names: ['abc', 'cut', 'ter'],
    warnings: ['txt-string-full'],
  },
  {
    id: 'TXT-3',
    what: 'a full string that ends in a comma cuts nothing',
    strings: [`${'abc,'.repeat(62)}abcdef,`],
    names: ['abc', 'abcdef'],
  },
  {
    id: 'TXT-3',
    what: 'a string of 254 octets is not full',
    strings: [`${'abc,'.repeat(63)}ab`],
    names: ['abc', 'ab'],
  },
  { id: 'TXT-4', what: 'no strings at all', strings: [] },
  {
    id: 'TXT-4',
    what: 'empty lists, blanks and tabs',
    strings: ['', ',,a,', ' \t', ' b ,\tc\t'],
    names: ['a', 'b', 'c'],
  },
  {
    id: 'TXT-6',
    what: 'text beyond ASCII',
    strings: ['na\u00efve,good'],
    names: ['good'],
    warnings: ['txt-name-invalid'],
  },
  {
    id: 'TXT-6',
    what: 'invalid UTF-8',
    strings: [Buffer.of(0x61, 0xff, 0x2c, 0x62)],
    names: ['b'],
    warnings: ['txt-name-invalid'],
  },
  ...['a\0b', '\u001b[2J', 'a\nb', 'a\rb', '\u202eevil', 'a\u200bb', '../etc', 'a/b', 'a b'].map(
    (name): Row => ({ id: 'TXT-6', what: JSON.stringify(name), strings: [name], warnings: ['txt-name-invalid'] }),
  ),
  {
    id: 'TXT-6',
    what: 'what a command line would take for options',
    strings: ['-h,--version,good-,-', '-cprod'],
    names: ['good-'],
    warnings: Array<string>(4).fill('txt-name-invalid'),
  },
  { id: 'TXT-7', what: 'a policy of mail', strings: ['v=spf1 include:a.test -all'], warnings: ['txt-name-invalid'] },
  {
    id: 'TXT-8',
    what: 'two spellings are one name, the first is shown',
    strings: ['Cluster1,cluster1', 'CLUSTER1', 'Cluster1'],
    names: ['Cluster1'],
    warnings: ['txt-name-case', 'txt-name-case'],
  },
  { id: 'TXT-9', what: 'a name with a dot', strings: ['a.b'], warnings: ['txt-name-invalid'] },
  {
    id: 'TXT-10',
    what: 'names of 63 and 64 octets',
    strings: [`${longest},${longest}n`],
    names: [longest],
    warnings: ['txt-name-invalid'],
  },
  ...['.', '..', '.a', 'a.', 'a..b'].map(
    (name): Row => ({ id: 'TXT-10', what: name, strings: [name], warnings: ['txt-name-invalid'] }),
  ),
  {
    id: 'TXT-11',
    what: 'an A-label is a name like any other, a U-label is none',
    strings: ['xn--80ak6aa92e,\u043a\u043b\u0430\u0441\u0442\u0435\u0440'],
    names: ['xn--80ak6aa92e'],
    warnings: ['txt-name-invalid'],
  },
  { id: 'TXT-12', what: 'a typographic minus', strings: ['my\u2212cluster'], warnings: ['txt-name-invalid'] },
]

const namesOf = (strings: Row['strings']) =>
  namesOfTxt(
    strings.map((string) => Buffer.from(string)),
    'owner.test',
  )

describe('namesOfTxt', () => {
  it.each(rows)('$id: $what', ({ strings, names = [], warnings = [] }) => {
    const found = namesOf(strings)
    expect(found.names).toEqual(names)
    expect(found.warnings.map(({ code }) => code)).toEqual(warnings)
  })

  it('TXT-6: shows an invalid name escaped, with its place', () => {
    const [warning] = namesOf(['\u001b[2J\u202e']).warnings
    expect(warning?.message).toMatch(/^owner\.test: '\\x1b\[2J\\u\{202e\}' is not a cluster name: /)
  })

  it('TXT-12: asks whether a minus was meant', () => {
    expect(namesOf(['my\u2212cluster']).warnings[0]?.message).toContain('did you mean "-"')
  })

  it('TXT-5: takes 20,000 names of 255 strings', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => index.toString(36))
    const strings = Array.from({ length: 400 }, (_, index) => names.slice(index * 50, index * 50 + 50).join())
    expect(namesOf(strings).names).toEqual(names)
  })

  it('TXT-5: bounds its warnings, and says so', () => {
    const { warnings } = namesOf([...Array.from({ length: 200 }, (_, index) => `a.${index}`), 'a.0'])
    expect(warnings).toHaveLength(101)
    expect(warnings.at(-1)?.message).toBe('owner.test: there are further faults, which are not shown')
  })
})
