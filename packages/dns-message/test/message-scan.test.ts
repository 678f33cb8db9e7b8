import { describe, expect, it } from 'vitest'
import { RecordClass, RecordType, readMessage, scanMessage } from '../src/index.js'
import { DEFAULT_MESSAGE_LIMITS, type MessageLimits } from '../src/message/message-limits.js'

import { MessageCursor } from '../src/read/message-cursor.js'
import { messageErrorOf } from './caught.js'
import { scannedAsRead } from './scan-as-reader.js'
import { dotted, FIRST, label, message, name, pointer, question, record } from './wire.js'

const a = record(dotted('a.test'), RecordType.A, [10, 0, 0, 1])
const optOf = (ttl: number) => record([0], RecordType.OPT, [0, 10, 0, 1, 7], { class: 1_232, ttl })

describe('scanMessage', () => {
  it('finds the records of all sections, and what readMessage finds of each', () => {
    const bytes = message({
      questions: [question(dotted('Zone.test'), RecordType.AXFR)],
      answers: [
        record(pointer(FIRST), RecordType.SOA, [...pointer(FIRST), ...dotted('root.test'), ...Array(20).fill(7)]),
        record([...label('MDS1'), ...pointer(FIRST)], RecordType.AAAA, Array(16).fill(1), { ttl: 0x80000001 }),
        record([...label('mds1'), ...pointer(FIRST + 5)], RecordType.TXT, label('x'), { class: RecordClass.CH }),
      ],
      authorities: [record(dotted('zone.test'), RecordType.NS, [...label('ns'), ...pointer(FIRST)], { class: 0x8001 })],
      additionals: [a, optOf(0x01008000), record([0], RecordType.PTR, [1, 2, 3], { class: RecordClass.ANY })],
    })
    expect(scannedAsRead(bytes)).toBe(true)
    const scan = scanMessage(bytes)
    expect([scan.questions, scan.answers, scan.records]).toEqual([1, 3, 7])
    expect(scan.owner(1)).toEqual(['MDS1', 'Zone', 'test'])
    expect(scan.responseCode).toBe(16)
  })

  it.each([
    ['no record', message({ flags: 0x8003 }), 3],
    ['no OPT record', message({ flags: 0x8003, additionals: [a] }), 3],
    ['one alone', message({ flags: 0x8003, additionals: [optOf(0xff000000)] }), 0xff3],
    ['one before others', message({ flags: 0x8003, answers: [a], additionals: [optOf(0x01000000), a, a] }), 0x13],
  ])('knows the response code with %s', (_, bytes, code) => {
    expect(scannedAsRead(bytes)).toBe(true)
    expect(scanMessage(bytes).responseCode).toBe(code)
  })

  it('is bounded as readMessage is: 127 pointers in a row, names of 256 octets, counts that promise too much', () => {
    const start = 12 + 1 + 4
    const pointers = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        record(pointer(index === 0 ? 12 : start + 12 * (index - 1)), 65_280, []),
      )
    expect(scannedAsRead(message({ questions: [question([0], 1)], answers: pointers(126) }))).toBe(true)
    expect(scannedAsRead(message({ questions: [question([0], 1)], answers: pointers(127) }))).toBe(false)
    const long = ['a', 'b', 'c'].map((letter) => letter.repeat(63))
    for (const [size, isName] of [
      [61, true],
      [62, false],
    ] as const) {
      const owner = [size, ...Array<number>(size).fill(0x61), ...pointer(12)]
      const parts = { questions: [question(name(...long), 1)], answers: [record(owner, 65_280, [])] }
      expect(scannedAsRead(message(parts))).toBe(isName)
    }
    expect(scannedAsRead(message({ counts: [0, 0xffff, 0xffff, 0xffff] }))).toBe(false)
  })

  it('reads no memory before or after the message', () => {
    const bytes = Buffer.concat([
      Buffer.alloc(3, 1),
      message({ answers: [record(name('a', 'test'), 1, [1, 2, 3, 4])] }),
    ])
    expect(scanMessage(bytes.subarray(3)).owner(0)).toEqual(['a', 'test'])
  })

  it('takes nothing but a Uint8Array', () => {
    expect(() => scanMessage('message' as unknown as Uint8Array)).toThrow(TypeError)
  })
})

describe('passLabels', () => {
  const wire = (...labels: readonly string[]) => Uint8Array.from(labels.flatMap(label))
  const owner = [...label('One'), ...pointer(FIRST + 4)]
  const bytes = message({
    questions: [question(dotted('two.three.test'), 1)],
    answers: [record(owner, 1, [1, 2, 3, 4])],
  })
  const scan = scanMessage(bytes)
  const at = scan.ownerOffset(0)

  it.each([
    ['no label', wire(), at],
    ['a label in other case', wire('one'), at + 4],
    ['labels over a pointer', wire('one', 'three'), FIRST + 10],
    ['a whole name', Uint8Array.from(dotted('one.three.test')), FIRST + 16],
    ['another label of that length', wire('two'), -1],
    ['what begins a label', wire('on'), -1],
    ['a label and more', wire('ones'), -1],
    ['more labels than there are', wire('one', 'three', 'test', 'more'), -1],
    ['a name that goes on', Uint8Array.from(dotted('one.three')), -1],
  ])('passes %s', (_, labels, rest) => {
    expect(scan.passLabels(at, labels)).toBe(rest)
  })

  it('compares letters without case, and no other octets', () => {
    for (const [characters, lower, isSame] of [
      ['AZ', 'az', true],
      ['@[', '`{', false],
      ['@[', '@[', true],
      ['\xc0', '\xe0', false],
      ['\xc0', '\xc0', true],
    ] as const) {
      const scanned = scanMessage(message({ answers: [record(name(characters), 65_280, [])] }))
      expect(scanned.passLabels(FIRST, wire(lower)) >= 0).toBe(isSame)
    }
  })
})

describe('a scan beyond what most messages have', () => {
  it('passes opaque RDATA where nothing can point to it', () => {
    const filler = (size: number) => record(dotted('x.test'), 65280, Array(size).fill(0))
    const bytes = message({ answers: [filler(17_000), filler(1), record(dotted('y.test'), 1, [1, 2, 3, 4])] })
    const scan = scanMessage(bytes)
    expect(scan.records).toBe(3)
    expect(scan.owner(2)).toEqual(['y', 'test'])
  })

  it('counts labels, as the reader does', () => {
    const bytes = message({ questions: [question(dotted('a.b.test'), 1)] })
    const scanned = (labels: number) => passAll(bytes, { ...DEFAULT_MESSAGE_LIMITS, labels })
    expect(() => scanned(3)).not.toThrow()
    expect(messageErrorOf(() => scanned(2))).toMatchObject({ code: 'ERR_MESSAGE_LIMIT', limit: 'labels' })
  })

  it('copies no labels, so it accepts what the reader refuses for those that it would copy', () => {
    const long = name(...Array<string>(126).fill('a'))
    const owners = Array<readonly number[]>(2_081).fill(question([...label('b'), ...pointer(FIRST)], 1))
    const bytes = message({ questions: [question(long, 1), ...owners] })
    expect(messageErrorOf(() => readMessage(bytes))).toMatchObject({ code: 'ERR_MESSAGE_LIMIT', limit: 'copiedLabels' })
    expect(scanMessage(bytes).questions).toBe(2_082)
  })

  it('counts the labels of a name inside opaque RDATA once, wherever in it a pointer leads to, as the reader does', () => {
    const start = 12 + 11
    const inside = [...dotted('a.bb.ccc'), ...pointer(start), 9]
    const targets = [0, 2, 5, 9, 10, 0, 2].map((offset) => record(pointer(start + offset), 1, [192, 0, 2, 1]))
    const bytes = message({ answers: [record([0], 65_280, inside), ...targets] })
    const scanned = (labels: number) => passAll(bytes, { ...DEFAULT_MESSAGE_LIMITS, labels })
    for (const read of [(labels: number) => readMessage(bytes, { labels }), scanned]) {
      expect(messageErrorOf(() => read(2))).toMatchObject({ code: 'ERR_MESSAGE_LIMIT', limit: 'labels' })
      expect(() => read(3)).not.toThrow()
    }
  })

  it.each([
    ['the header', 3],
    ['the fields of a record', 12 + 8 + 3],
    ['the middle of a label', 12 + 8 + 10 + 7 + 1],
    ['the octet after a name', 12 + 8],
    ['the second octet of a pointer', 12 + 8 + 10 + 1 + 6],
  ])('finds no name at %s', (_, target) => {
    const target1 = record(dotted('ab.cde'), 2, [...label('x'), ...label('yz'), ...pointer(12)])
    expect(scannedAsRead(message({ answers: [target1, record(pointer(target), 1, [192, 0, 2, 1])] }))).toBe(false)
  })
})

/** Passes the questions and answers of a message without reading them. */
function passAll(bytes: Uint8Array, limits: MessageLimits): void {
  const cursor = new MessageCursor(bytes, limits, false)
  for (let left = cursor.enter('question', 4); left > 0; left--) cursor.nextQuestion()
  for (let left = cursor.enter('answer', 6); left > 0; left--) cursor.nextRecord()
  cursor.expectEnd()
}
