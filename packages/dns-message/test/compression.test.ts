import { describe, expect, it } from 'vitest'
import { type Name, RecordType, readMessage, scanMessage } from '../src/index.js'
import { messageErrorOf } from './caught.js'
import { scannedAsRead } from './scan-as-reader.js'
import { dotted, FIRST, label, message, name, type Octets, pointer, question, record } from './wire.js'

/** Questions that each have one of these names, the first of which begins at octet 12. */
const messageWithNames = (...names: readonly Octets[]): Uint8Array =>
  message({ questions: names.map((octets) => question(octets, 1)) })

/** The names in the questions of a message that can be scanned too. */
function namesOf(bytes: Uint8Array): readonly Name[] {
  expect(scannedAsRead(bytes)).toBe(true)
  return readMessage(bytes).questions.map(({ name }) => name)
}

const first = dotted('a.b.test')
const second = FIRST + first.length + 4

describe('a pointer may go to', () => {
  const targets: readonly { name: string; at: number; expected: Name }[] = [
    { name: 'a whole name', at: FIRST, expected: ['a', 'b', 'test'] },
    { name: 'the second label of a name', at: FIRST + 2, expected: ['b', 'test'] },
    { name: 'the last label of a name', at: FIRST + 4, expected: ['test'] },
    { name: 'the root that ends a name', at: FIRST + 9, expected: [] },
    { name: 'a name that is a pointer', at: second, expected: ['a', 'b', 'test'] },
    { name: 'a name that ends in a pointer', at: second + 6, expected: ['c', 'b', 'test'] },
    { name: 'the pointer that ends a name', at: second + 8, expected: ['b', 'test'] },
  ]
  it.each(targets)('$name', ({ at, expected }) => {
    const names = [first, pointer(FIRST), [...label('c'), ...pointer(FIRST + 2)]]
    expect(namesOf(messageWithNames(...names, pointer(at))).at(-1)).toEqual(expected)
    expect(namesOf(messageWithNames(...names, [...label('d'), ...pointer(at)], pointer(at))).slice(-2)).toEqual([
      ['d', ...expected],
      expected,
    ])
  })

  const owner = dotted('x.test')
  const data = FIRST + owner.length + 10
  const inData: readonly { name: string; type: number; data: Octets; at: number; expected: Name }[] = [
    {
      name: 'the target of an SRV',
      type: RecordType.SRV,
      data: [0, 0, 0, 0, 0, 0, ...dotted('mds.test')],
      at: data + 6,
      expected: ['mds', 'test'],
    },
    {
      name: 'a label of the target of an SRV',
      type: RecordType.SRV,
      data: [0, 0, 0, 0, 0, 0, ...dotted('mds.test')],
      at: data + 10,
      expected: ['test'],
    },
    {
      name: 'the second name of an SOA',
      type: RecordType.SOA,
      data: [0, ...dotted('root.test'), ...Array(20).fill(0)],
      at: data + 1,
      expected: ['root', 'test'],
    },
    {
      name: 'the exchange of an MX, which stays opaque',
      type: RecordType.MX,
      data: [0, 10, ...dotted('mail.test')],
      at: data + 2,
      expected: ['mail', 'test'],
    },
    {
      name: 'a label of that exchange',
      type: RecordType.MX,
      data: [0, 10, ...dotted('mail.test')],
      at: data + 7,
      expected: ['test'],
    },
    {
      name: 'an exchange that is compressed',
      type: RecordType.MX,
      data: [0, 10, ...label('mail'), ...pointer(FIRST)],
      at: data + 2,
      expected: ['mail', 'x', 'test'],
    },
    {
      name: 'a name of another class',
      type: RecordType.SRV,
      data: [0, 0, 0, 0, 0, 0, ...dotted('mds.test')],
      at: data + 6,
      expected: ['mds', 'test'],
    },
  ]
  it.each(inData)('$name', ({ type, data, at, expected }) => {
    const rest = Array.from({ length: 3 }, () => record(pointer(at), 1, [1, 2, 3, 4]))
    const bytes = message({ answers: [record(owner, type, data), ...rest] })
    expect(scannedAsRead(bytes)).toBe(true)
    const { answers } = readMessage(bytes)
    expect(answers.slice(1).map((answer) => answer.name)).toEqual([expected, expected, expected])
  })
})

describe('255 octets of a name, written out,', () => {
  const long = (size: number) => 'x'.repeat(size)
  // 64 + 64 + 64 + 62 + 1 octets.
  const whole = [long(63), long(63), long(63), long(61)]
  const rows: readonly { name: string; owner: readonly string[]; at: number; end: readonly string[] }[] = [
    { name: 'ends in the labels of another one', owner: [long(63)], at: FIRST + 64, end: whole.slice(1) },
    { name: 'has several labels before them', owner: [long(31), long(31)], at: FIRST + 64, end: whole.slice(1) },
    {
      name: 'ends in the last label of another one',
      owner: [long(63), long(63), long(62)],
      at: FIRST + 192,
      end: whole.slice(3),
    },
  ]
  it.each(rows)('$name', ({ owner, at, end }) => {
    const fits = [...owner.flatMap(label), ...pointer(at)]
    expect(namesOf(messageWithNames(name(...whole), fits)).at(-1)).toEqual([...owner, ...end])
    const isTooLong = [...label('y'), ...fits]
    for (const read of [readMessage, scanMessage]) {
      const error = messageErrorOf(() => read(messageWithNames(name(...whole), isTooLong)))
      expect(error).toMatchObject({ code: 'ERR_MESSAGE_NAME', where: 'question 2, name' })
    }
  })

  it('counts all labels of a chain of names that end in each other', () => {
    const chain = [name(long(63)), [...label(long(63)), ...pointer(FIRST)]]
    const third = FIRST + 65 + 4
    const fits = [...label(long(62)), ...label(long(62)), ...pointer(third)]
    expect(namesOf(messageWithNames(...chain, fits)).at(-1)).toHaveLength(4)
    expect(messageErrorOf(() => readMessage(messageWithNames(...chain, [...label('y'), ...fits])))).toMatchObject({
      code: 'ERR_MESSAGE_NAME',
    })
  })
})

describe('the limits of a message', () => {
  it('counts pointers through the names that were read before', () => {
    const bytes = messageWithNames(first, pointer(FIRST), pointer(second), pointer(second + 6))
    expect(namesOf(bytes)).toHaveLength(4)
    expect(messageErrorOf(() => readMessage(bytes, { pointerHops: 2 }))).toMatchObject({
      code: 'ERR_MESSAGE_LIMIT',
      limit: 'pointerHops',
      where: 'question 4, name',
    })
  })

  it('counts the labels of all names, but none twice', () => {
    const bytes = messageWithNames(first, pointer(FIRST), pointer(FIRST + 2), [...label('c'), ...pointer(FIRST)])
    expect(readMessage(bytes, { labels: 4 }).questions).toHaveLength(4)
    expect(messageErrorOf(() => readMessage(bytes, { labels: 3 }))).toMatchObject({
      code: 'ERR_MESSAGE_LIMIT',
      limit: 'labels',
      where: 'question 4, name',
    })
  })

  it('counts the labels that a name takes over, but not those of a name that it shares', () => {
    const bytes = messageWithNames(first, pointer(FIRST), [...label('c'), ...pointer(FIRST)])
    expect(readMessage(bytes, { copiedLabels: 3 }).questions).toHaveLength(3)
    expect(messageErrorOf(() => readMessage(bytes, { copiedLabels: 2 }))).toMatchObject({
      code: 'ERR_MESSAGE_LIMIT',
      limit: 'copiedLabels',
    })
  })

  it('takes 0 for none at all, and what it is by default for no more', () => {
    const bytes = messageWithNames(first, pointer(FIRST))
    expect(readMessage(bytes, { copiedLabels: 0 }).questions).toHaveLength(2)
    expect(readMessage(bytes, { labels: 65_536 }).questions).toHaveLength(2)
    expect(messageErrorOf(() => readMessage(bytes, { pointerHops: 0 }))).toMatchObject({ limit: 'pointerHops' })
  })

  it('counts octets', () => {
    const bytes = messageWithNames(first)
    expect(readMessage(bytes, { bytes: bytes.length }).questions).toHaveLength(1)
    expect(messageErrorOf(() => readMessage(bytes, { bytes: bytes.length - 1 }))).toMatchObject({ limit: 'bytes' })
  })

  it.each([-1, 1.5, Number.NaN, 65_536])('refuses a limit of %s octets', (bytes) => {
    expect(() => readMessage(messageWithNames(first), { bytes })).toThrow(RangeError)
  })

  it('reads a message full of records that all point to a name of 127 labels', () => {
    const owner = name(...Array(127).fill('x'))
    const records = Array.from({ length: 4_660 }, () => record(pointer(FIRST), RecordType.PTR, pointer(FIRST)))
    const bytes = message({ questions: [question(owner, 1)], answers: records })
    const { answers } = readMessage(bytes)
    expect(answers).toHaveLength(4_660)
    expect(scanMessage(bytes).records).toBe(4_660)
    expect(answers.at(-1)).toMatchObject({ name: { length: 127 }, data: { target: { length: 127 } } })
  })
})
