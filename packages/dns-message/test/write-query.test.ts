import { describe, expect, it } from 'vitest'
import { type NameErrorCode, type Query, RecordType, readMessage, writeQuery } from '../src/index.js'
import { nameErrorOf } from './caught.js'
import { dotted, message, name, question, record } from './wire.js'

const query: Query = { id: 0xabcd, name: ['x', 'test'], type: RecordType.SRV }
const ownQuestion = question(dotted('x.test'), RecordType.SRV)

describe('writeQuery', () => {
  const rows: readonly { name: string; query: Partial<Query>; expected: Uint8Array }[] = [
    { name: 'the least', query: {}, expected: message({ id: 0xabcd, flags: 0x0100, questions: [ownQuestion] }) },
    { name: 'id 0', query: { id: 0 }, expected: message({ id: 0, flags: 0x0100, questions: [ownQuestion] }) },
    {
      name: 'no recursion',
      query: { recursionDesired: false },
      expected: message({ id: 0xabcd, flags: 0, questions: [ownQuestion] }),
    },
    {
      name: 'AD',
      query: { authenticData: true },
      expected: message({ id: 0xabcd, flags: 0x0120, questions: [ownQuestion] }),
    },
    {
      name: 'CD',
      query: { checkingDisabled: true },
      expected: message({ id: 0xabcd, flags: 0x0110, questions: [ownQuestion] }),
    },
    {
      name: 'another class',
      query: { class: 3 },
      expected: message({ id: 0xabcd, flags: 0x0100, questions: [question(dotted('x.test'), 33, 3)] }),
    },
    {
      name: 'EDNS',
      query: { udpPayloadSize: 1232 },
      expected: message({
        id: 0xabcd,
        flags: 0x0100,
        questions: [ownQuestion],
        additionals: [record([0], 41, [], { class: 1232, ttl: 0 })],
      }),
    },
    {
      name: 'EDNS with DO',
      query: { udpPayloadSize: 4096, dnssecOk: true },
      expected: message({
        id: 0xabcd,
        flags: 0x0100,
        questions: [ownQuestion],
        additionals: [record([0], 41, [], { class: 4096, ttl: 0x8000 })],
      }),
    },
    {
      name: 'DO alone, which takes EDNS along',
      query: { dnssecOk: true },
      expected: message({
        id: 0xabcd,
        flags: 0x0100,
        questions: [ownQuestion],
        additionals: [record([0], 41, [], { class: 1232, ttl: 0x8000 })],
      }),
    },
    {
      name: 'options of EDNS, which take it along',
      query: {
        ednsOptions: [
          { code: 10, data: Uint8Array.of(1, 2, 3) },
          { code: 0xfde9, data: new Uint8Array(0) },
        ],
      },
      expected: message({
        id: 0xabcd,
        flags: 0x0100,
        questions: [ownQuestion],
        additionals: [record([0], 41, [0, 10, 0, 3, 1, 2, 3, 0xfd, 0xe9, 0, 0], { class: 1232, ttl: 0 })],
      }),
    },
    {
      name: 'EDNS with an empty list of options',
      query: { udpPayloadSize: 1232, ednsOptions: [] },
      expected: message({
        id: 0xabcd,
        flags: 0x0100,
        questions: [ownQuestion],
        additionals: [record([0], 41, [], { class: 1232, ttl: 0 })],
      }),
    },
    {
      name: 'an empty list of options alone, which takes nothing along',
      query: { ednsOptions: [] },
      expected: message({ id: 0xabcd, flags: 0x0100, questions: [ownQuestion] }),
    },
    {
      name: 'the largest of each number',
      query: { id: 0xffff, type: 0xffff, class: 0xffff },
      expected: message({ id: 0xffff, flags: 0x0100, questions: [question(ownQuestion.slice(0, -4), 0xffff, 0xffff)] }),
    },
    {
      name: 'the root',
      query: { name: [] },
      expected: message({ id: 0xabcd, flags: 0x0100, questions: [question([0], 33)] }),
    },
    {
      name: 'labels as they are',
      query: { name: ['a.b', '\xff'] },
      expected: message({ id: 0xabcd, flags: 0x0100, questions: [question(name('a.b', '\xff'), 33)] }),
    },
  ]
  it.each(rows)('writes $name', ({ query: fields, expected }) => {
    expect(writeQuery({ ...query, ...fields })).toEqual(expected)
  })

  it('writes what readMessage reads', () => {
    const { header, questions } = readMessage(writeQuery(query))
    expect(header).toMatchObject({ id: 0xabcd, response: false, recursionDesired: true })
    expect(questions).toEqual([{ name: ['x', 'test'], type: 33, class: 1 }])
  })

  const names: readonly { name: readonly string[]; code: NameErrorCode }[] = [
    { name: [''], code: 'ERR_NAME_LABEL_EMPTY' },
    { name: ['a', '', 'b'], code: 'ERR_NAME_LABEL_EMPTY' },
    { name: ['x'.repeat(64)], code: 'ERR_NAME_LABEL_TOO_LONG' },
    { name: Array(128).fill('a'), code: 'ERR_NAME_TOO_LONG' },
    { name: ['\u0100'], code: 'ERR_NAME_CHARACTER' },
  ]
  it.each(names)('refuses $name with $code', ({ name, code }) => {
    expect(nameErrorOf(() => writeQuery({ ...query, name })).code).toBe(code)
  })

  const numbers: readonly Partial<Query>[] = [
    { id: -1 },
    { id: 65_536 },
    { id: 1.5 },
    { type: 65_536 },
    { class: -1 },
    { udpPayloadSize: 511 },
    { udpPayloadSize: 65_536 },
    { udpPayloadSize: Number.NaN },
    { ednsOptions: [{ code: 65_536, data: new Uint8Array(0) }] },
    { ednsOptions: [{ code: -1, data: new Uint8Array(0) }] },
    { ednsOptions: [{ code: 1, data: new Uint8Array(65_532) }] },
  ]
  it.each(numbers)('refuses %o', (fields) => {
    expect(() => writeQuery({ ...query, ...fields })).toThrow(RangeError)
  })
})
