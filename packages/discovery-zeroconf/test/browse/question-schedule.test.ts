import { RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { QuestionSchedule } from '../../src/browse/question-schedule.js'
import { addressQuestions, BROWSE_QUESTION, questionKey, textQuestion } from '../../src/records/multicast-question.js'

describe('QuestionSchedule', () => {
  it('MD-21 asks again after 1 s, then after twice the time each', () => {
    const schedule = new QuestionSchedule(10)
    schedule.request('', [BROWSE_QUESTION], 100)
    const queries: number[] = []
    while (queries.length < 5) {
      const at = schedule.nextAt()
      expect(schedule.takeDue(at - 1)).toEqual([])
      expect(schedule.takeDue(at)).toEqual([BROWSE_QUESTION])
      queries.push(at)
    }
    expect(queries).toEqual([100, 1_100, 3_100, 7_100, 15_100])
  })

  it('counts from when a question was really sent', () => {
    const schedule = new QuestionSchedule(10)
    schedule.request('', [BROWSE_QUESTION], 100)
    schedule.takeDue(400)
    expect(schedule.nextAt()).toBe(1_400)
  })

  it('asks nothing that no host wants to know any more', () => {
    const schedule = new QuestionSchedule(10)
    schedule.request('mds1', [textQuestion('mds1')], 0)
    schedule.request('mds1', [], 0)
    expect(schedule.takeDue(1_000)).toEqual([])
    expect(schedule.nextAt()).toBe(Number.POSITIVE_INFINITY)
  })

  it('asks once what two want to know, and as long as one of them does', () => {
    const schedule = new QuestionSchedule(10)
    const [question] = addressQuestions(['mds1', 'local'])
    const [same] = addressQuestions(['MDS1', 'local'])
    if (question === undefined || same === undefined) throw new Error('there are two questions')
    schedule.request('a', [question], 0)
    schedule.request('b', [same], 500)
    expect(schedule.takeDue(0).map(({ type }) => type)).toEqual([RecordType.A])
    schedule.request('a', [], 600)
    expect(schedule.takeDue(999)).toEqual([])
    expect(schedule.takeDue(1_000).map(({ type }) => type)).toEqual([RecordType.A])
  })

  it('says when there are more questions than it takes, and asks those it took', () => {
    const schedule = new QuestionSchedule(2)
    expect(schedule.request('a', [textQuestion('a'), textQuestion('b')], 0)).toBe(true)
    expect(schedule.request('b', [textQuestion('c'), textQuestion('a')], 0)).toBe(false)
    expect(schedule.takeDue(0)).toHaveLength(2)
  })
})

describe('RFC 6762 s7.3 the same question of another host', () => {
  const key = questionKey(BROWSE_QUESTION)

  /** Returns the times of our question, with questions of other hosts at those times. */
  function sentAt(others: readonly number[], until = 40_000): readonly number[] {
    const schedule = new QuestionSchedule(10)
    schedule.request('', [BROWSE_QUESTION], 100)
    const sent: number[] = []
    const suppressing = [...others]
    for (;;) {
      const at = schedule.nextAt()
      while ((suppressing[0] ?? Number.POSITIVE_INFINITY) < at) schedule.suppress(key, suppressing.shift() ?? 0)
      if (schedule.nextAt() !== at) continue
      if (at > until) return sent
      if (schedule.takeDue(at).length > 0) sent.push(at)
    }
  }

  it.each([
    ['none', [], [100, 1_100, 3_100, 7_100, 15_100, 31_100]],
    [
      'before the first and before its repetition: both are sent',
      [50, 900],
      [100, 1_100, 3_100, 7_100, 15_100, 31_100],
    ],
    ['in the first half of an interval: it is sent', [2_000, 5_000], [100, 1_100, 3_100, 7_100, 15_100, 31_100]],
    ['in the second half: it counts as sent then', [2_500], [100, 1_100, 6_500, 14_500, 30_500]],
    ['all the time: every second one is sent', [2_500, 6_000, 14_000, 20_000], [100, 1_100, 6_500, 30_000]],
  ])('%s', (_, others, expected) => {
    expect(sentAt(others)).toEqual(expected)
  })

  it('changes nothing about a question that no host wants to know any more, or that is not known', () => {
    const schedule = new QuestionSchedule(10)
    schedule.request('', [BROWSE_QUESTION], 0)
    for (const at of [0, 1_000]) schedule.takeDue(at)
    schedule.request('', [], 1_000)
    schedule.suppress(key, 2_900)
    schedule.suppress('unknown', 2_900)
    schedule.request('', [BROWSE_QUESTION], 2_950)
    expect(schedule.nextAt()).toBe(3_000)
  })

  it('is sent twice again after a restart', () => {
    const schedule = new QuestionSchedule(10)
    schedule.request('', [BROWSE_QUESTION], 0)
    for (const at of [0, 1_000, 3_000]) schedule.takeDue(at)
    schedule.restart(BROWSE_QUESTION, 6_000)
    schedule.suppress(key, 5_999)
    expect(schedule.takeDue(6_000)).toHaveLength(1)
    schedule.suppress(key, 6_900)
    expect(schedule.takeDue(7_000)).toHaveLength(1)
  })
})
