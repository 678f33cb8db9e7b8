import { describe, expect, it } from 'vitest'
import {
  isWithin,
  nameToWire,
  parentOf,
  ROOT_NAME,
  wireName,
  wireNameFromText,
  wireNameLength,
  wireNameToText,
} from '../src/index.js'
import { nameErrorOf } from './caught.js'
import { name } from './wire.js'

describe('wireName and nameToWire', () => {
  it('write labels and the root', () => {
    expect(wireName(['a.b', '\xff', 'Test'])).toBe('\x03a.b\x01\xff\x04Test\0')
    expect(nameToWire(['a.b', '\xff', 'Test'])).toEqual(Uint8Array.from(name('a.b', '\xff', 'Test')))
    expect(wireName([])).toBe(ROOT_NAME)
    expect(nameToWire([])).toEqual(Uint8Array.of(0))
  })

  it('refuse a name that cannot be written', () => {
    for (const write of [wireName, nameToWire]) {
      const error = nameErrorOf(() => write(['a', '']))
      expect(error).toMatchObject({ code: 'ERR_NAME_LABEL_EMPTY', message: 'Label 2 is empty' })
    }
  })
})

describe('wireNameFromText', () => {
  const origin = wireName(['Test'])
  it.each([
    ['a', '\x01a\x04Test\0'],
    ['a.b', '\x01a\x01b\x04Test\0'],
    ['a.', '\x01a\0'],
    ['.', '\0'],
    ['a\\.', '\x02a.\x04Test\0'],
    ['a\\\\.', '\x02a\\\0'],
    ['a\\\\\\.', '\x03a\\.\x04Test\0'],
    ['\\..', '\x01.\0'],
  ])('%s', (text, wire) => {
    expect(wireNameFromText(text, origin)).toBe(wire)
  })

  it('refuses a name that is too long with its origin, which alone it is not', () => {
    const long = wireNameFromText(['x', 'y', 'z'].map((letter) => letter.repeat(63)).join('.'), ROOT_NAME)
    expect(wireNameFromText('a'.repeat(61), long)).toHaveLength(255)
    expect(nameErrorOf(() => wireNameFromText('a'.repeat(62), long))).toMatchObject({
      code: 'ERR_NAME_TOO_LONG',
      message: 'The name has 256 octets with its origin, more than 255',
    })
  })
})

it.each([
  ['\0', '.'],
  ['\x03a.b\x04Test\0', 'a\\.b.Test'],
])('wireNameToText: %j', (wire, text) => {
  expect(wireNameToText(wire)).toBe(text)
})

it('wireNameLength counts the labels and the root', () => {
  expect(wireNameLength('\0', 0)).toBe(1)
  expect(wireNameLength('xx\x01a\x02bc\0yy', 2)).toBe(6)
})

it('parentOf takes the first label away', () => {
  expect(parentOf('\x01a\x02bc\0')).toBe('\x02bc\0')
  expect(parentOf('\x02bc\0')).toBe(ROOT_NAME)
})

it.each([
  ['a.test.', 'test.', true],
  ['test.', 'test.', true],
  ['test.', '.', true],
  ['.', '.', true],
  ['test.', 'a.test.', false],
  ['xtest.', 'test.', false],
  ['test.a.', 'test.', false],
  ['.', 'test.', false],
])('isWithin: %s and %s: %s', (text, ancestor, expected) => {
  expect(isWithin(wireNameFromText(text, ROOT_NAME), wireNameFromText(ancestor, ROOT_NAME))).toBe(expected)
})
