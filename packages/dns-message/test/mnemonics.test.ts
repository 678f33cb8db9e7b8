import { describe, expect, it } from 'vitest'
import {
  Opcode,
  opcodeName,
  RecordClass,
  RecordType,
  ResponseCode,
  recordClassName,
  recordTypeName,
  responseCodeName,
} from '../src/index.js'

describe('mnemonics', () => {
  const rows = [
    { nameOf: recordTypeName, known: RecordType, unknown: 65280, expected: 'TYPE65280' },
    { nameOf: recordClassName, known: RecordClass, unknown: 32, expected: 'CLASS32' },
    { nameOf: responseCodeName, known: ResponseCode, unknown: 3841, expected: 'RCODE3841' },
    { nameOf: opcodeName, known: Opcode, unknown: 9, expected: 'OPCODE9' },
  ]
  it.each(rows)('name every value, and $expected', ({ nameOf, known, unknown, expected }) => {
    for (const [name, value] of Object.entries(known)) {
      expect(nameOf(value)).toBe(name)
    }
    expect(nameOf(unknown)).toBe(expected)
  })
})
