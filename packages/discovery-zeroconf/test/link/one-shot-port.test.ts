import { seededRandom } from '@pstorage/discovery-core'
import { RecordClass, RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { OneShotQuestions } from '../../src/link/one-shot-port.js'
import { multicastResponse } from '../multicast-response.js'

const question = { name: ['_pstorage', '_tcp', 'local'], type: RecordType.PTR, class: RecordClass.IN }
const sent = { name: '_pstorage._tcp.local', type: RecordType.PTR }

describe('OneShotQuestions (MD-2, MD-32)', () => {
  it.each([
    ['the id and the question', {}, 0, true],
    ['the question in other case', { questions: [{ ...sent, name: '_PStorage._TCP.local' }] }, 2_000, true],
    ['another id', { id: 0 }, 0, false],
    ['no question', { questions: [] }, 0, false],
    ['another question', { questions: [{ ...sent, type: RecordType.SRV }] }, 0, false],
    ['another name', { questions: [{ ...sent, name: '_http._tcp.local' }] }, 0, false],
    ['the question itself', { response: false }, 0, false],
    ['it too late', {}, 2_001, false],
  ])('an answer that repeats %s', (_, changes, after, expected) => {
    let now = 0
    const questions = new OneShotQuestions(seededRandom(1), () => now)
    const id = questions.add(question)
    expect(id).toBeGreaterThan(0)
    now = after
    expect(questions.isAnswer(multicastResponse([], { id, questions: [sent], ...changes }))).toBe(expected)
  })

  it.each([0, 1, 11, 13])('%i octets are no answer', (length) => {
    const questions = new OneShotQuestions({ below: () => 0x8000 }, () => 0)
    questions.add(question)
    expect(questions.isAnswer(Buffer.alloc(length, 0x80))).toBe(false)
  })

  it('forgets all but the last 256', () => {
    const questions = new OneShotQuestions(seededRandom(1), () => 0)
    const first = questions.add(question)
    for (let count = 0; count < 256; count += 1) questions.add(question)
    expect(questions.isAnswer(multicastResponse([], { id: first, questions: [sent] }))).toBe(false)
  })
})
