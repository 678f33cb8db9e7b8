import { describe, expect, it } from 'vitest'
import { readHeader, readMessage, readQuestions } from '../src/index.js'
import { messageErrorOf } from './caught.js'
import { dotted, message, pointer, question, record } from './wire.js'

const questions = [question(dotted('x.test'), 33), question(pointer(14), 1)]

describe('readHeader', () => {
  it('reads what readMessage reads', () => {
    const bytes = message({ id: 7, flags: 0x9abc, questions })
    expect(readHeader(bytes)).toEqual(readMessage(bytes).header)
  })

  it('looks at nothing behind the header', () => {
    expect(readHeader(message({ flags: 0x8200, counts: [1, 1, 1, 1], tail: [0xff] })).truncated).toBe(true)
  })

  it('needs twelve octets, and takes 65,535', () => {
    expect(messageErrorOf(() => readHeader(new Uint8Array(11))).code).toBe('ERR_MESSAGE_TRUNCATED')
    expect(messageErrorOf(() => readHeader(new Uint8Array(65_536))).limit).toBe('bytes')
    expect(readHeader(new Uint8Array(65_535)).id).toBe(0)
  })
})

describe('readQuestions', () => {
  it('reads what readMessage reads', () => {
    const bytes = message({ questions })
    expect(readQuestions(bytes)).toEqual(readMessage(bytes).questions)
  })

  it('looks at nothing behind the questions', () => {
    const cut = message({ questions, answers: [record(pointer(12), 1, [1, 2, 3, 4])] }).slice(0, -3)
    expect(readQuestions(cut)).toHaveLength(2)
    expect(messageErrorOf(() => readMessage(cut)).code).toBe('ERR_MESSAGE_TRUNCATED')
  })

  it('refuses what readMessage refuses', () => {
    const bytes = message({ questions: [question(pointer(12), 1)] })
    expect(messageErrorOf(() => readQuestions(bytes)).code).toBe('ERR_MESSAGE_POINTER')
    expect(messageErrorOf(() => readQuestions(message({ questions }), { labels: 1 })).limit).toBe('labels')
  })
})
