import { describe, expect, it } from 'vitest'
import { textAttribute } from '../../src/records/read-response.js'

describe('textAttribute (MD-26)', () => {
  it.each([
    ['a value', ['cluster=alpha'], 'alpha'],
    ['no strings', [], undefined],
    ['the empty string', [''], undefined],
    ['another key', ['clusters=alpha', 'cluste=alpha'], undefined],
    ['a key in upper case', ['CLUSTER=Alpha'], 'Alpha'],
    ['a key twice: the first', ['cluster=alpha', 'cluster=beta'], 'alpha'],
    ['a key twice, first without value', ['cluster', 'cluster=beta'], true],
    ['a key without value', ['cluster'], true],
    ['an empty value', ['cluster='], ''],
    ['a missing key', ['=alpha', '='], undefined],
    ['an equals sign in the value', ['cluster=a=b'], 'a=b'],
    ['blanks, which belong to key and value', ['cluster =alpha', 'cluster= alpha'], ' alpha'],
    ['unknown keys before it', ['txtvers=1', 'x', 'cluster=alpha'], 'alpha'],
    ['1,300 octets before it', [...Array<string>(5).fill('x'.repeat(255)), 'cluster=alpha'], 'alpha'],
    ['a key that is longer than any argument list', ['x'.repeat(255)], undefined],
  ])('%s', (_, strings, expected) => {
    const value = textAttribute(
      strings.map((string) => Buffer.from(string)),
      'cluster',
    )
    expect(value instanceof Uint8Array ? Buffer.from(value).toString() : value).toBe(expected)
  })
})
