import { describe, expect, it } from 'vitest'
import { repliesTo, writeQuery } from '../src/index.js'
import { dotted, type MessageParts, message, name, pointer, question, record } from './wire.js'

const id = 0x1234
const ownQuestion = question(name('_pstorage', '_tcp', 'aZ[`{@', 'test'), 33)
const query = writeQuery({ name: ['_pstorage', '_tcp', 'aZ[`{@', 'test'], type: 33, id, udpPayloadSize: 1232 })

interface Row {
  readonly what: string
  readonly parts?: MessageParts
  readonly bytes?: Uint8Array
  readonly replies: boolean
  readonly exactly?: boolean
}

const inCase = (cluster: string) => ({ questions: [question(name('_pStorage', '_tcp', cluster, 'test'), 33)] })
const rows: readonly Row[] = [
  { what: 'the question repeated', replies: true },
  {
    what: 'any answers, flags and codes',
    parts: { flags: 0x87ff, answers: [record(pointer(12), 1, [1])] },
    replies: true,
  },
  { what: 'rubbish behind the question', parts: { counts: [1, 9, 9, 9], tail: [0xff] }, replies: true },
  { what: 'other letter case', parts: inCase('Az[`{@'), replies: true, exactly: false },
  { what: 'another octet that differs as case does: [ and {', parts: inCase('aZ{`{@'), replies: false },
  { what: 'another octet that differs as case does: @ and `', parts: inCase('aZ[`{`'), replies: false },
  { what: 'another id', parts: { id: id ^ 1 }, replies: false },
  { what: 'another id, high octet', parts: { id: id ^ 0x100 }, replies: false },
  { what: 'a query', parts: { flags: 0x0400 }, replies: false },
  ...Array.from({ length: 15 }, (_, index) => ({
    what: `opcode ${index + 1}`,
    parts: { flags: 0x8400 | ((index + 1) << 11) },
    replies: false,
  })),
  { what: 'another name', parts: { questions: [question(dotted('_pstorage._tcp.b.test'), 33)] }, replies: false },
  { what: 'another name of the same length', parts: inCase('bZ[`{@'), replies: false },
  { what: 'a longer name', parts: inCase('aZ[`{@b'), replies: false },
  { what: 'another type', parts: { questions: [question(ownQuestion.slice(0, -4), 1)] }, replies: false },
  { what: 'another class', parts: { questions: [question(ownQuestion.slice(0, -4), 33, 3)] }, replies: false },
  { what: 'no question', parts: { questions: [] }, replies: false },
  { what: 'no question and SERVFAIL', parts: { questions: [], flags: 0x8402 }, replies: false },
  { what: 'no question and FORMERR', parts: { questions: [], flags: 0x8401 }, replies: true },
  { what: 'no question and NOTIMP', parts: { questions: [], flags: 0x8404 }, replies: true },
  { what: 'two questions', parts: { questions: [ownQuestion, ownQuestion] }, replies: false },
  { what: 'a pointer instead of the name', parts: { questions: [question(pointer(12), 33)] }, replies: false },
  { what: 'the question cut short', bytes: message({ questions: [ownQuestion] }).slice(0, -1), replies: false },
  { what: 'a header alone that announces a question', parts: { questions: [], counts: [1, 0, 0, 0] }, replies: false },
  ...[0, 1, 11].map((length) => ({
    what: `${length} octets`,
    bytes: message({ questions: [ownQuestion] }).slice(0, length),
    replies: false,
  })),
]

describe('repliesTo', () => {
  it.each(rows)('$what: $replies', ({ parts, bytes, replies, exactly = replies }) => {
    const read = bytes ?? message({ id, questions: [ownQuestion], ...parts })
    expect(repliesTo(query, read)).toBe(replies)
    expect(repliesTo(query, read, true)).toBe(exactly)
  })

  it('tells a type from one that differs as the cases of a letter do', () => {
    const plain = writeQuery({ name: ['a'], type: 65, id })
    expect(repliesTo(plain, message({ id, questions: [question(name('a'), 97)] }))).toBe(false)
    expect(repliesTo(plain, message({ id, questions: [question(name('A'), 65)] }))).toBe(true)
  })

  it('finds the question of the root', () => {
    const root = writeQuery({ name: [], type: 2, id })
    expect(repliesTo(root, message({ id, questions: [question([0], 2)] }))).toBe(true)
    expect(repliesTo(root, message({ id, questions: [question(name('a'), 2)] }))).toBe(false)
  })
})

it('a type that differs as letters do is another type', () => {
  const query = writeQuery({ name: ['test'], type: 0x4101, id })
  const reply = (type: number) => message({ id, questions: [question(name('TEST'), type)] })
  expect(repliesTo(query, reply(0x4101))).toBe(true)
  expect(repliesTo(query, reply(0x6101))).toBe(false)
})
