import { RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { addressQuestions, BROWSE_QUESTION, textQuestion } from '../src/multicast-question.js'
import { QuestionSchedule } from '../src/question-schedule.js'

describe('QuestionSchedule', () => {
  it('MD-21 asks again after 1 s, then after twice the time each', () => {
    const schedule = new QuestionSchedule(10)
    schedule.want('', [BROWSE_QUESTION], 100)
    const asked: number[] = []
    while (asked.length < 5) {
      const at = schedule.nextAt()
      expect(schedule.takeDue(at - 1)).toEqual([])
      expect(schedule.takeDue(at)).toEqual([BROWSE_QUESTION])
      asked.push(at)
    }
    expect(asked).toEqual([100, 1_100, 3_100, 7_100, 15_100])
  })

  it('counts from when a question was really asked', () => {
    const schedule = new QuestionSchedule(10)
    schedule.want('', [BROWSE_QUESTION], 100)
    schedule.takeDue(400)
    expect(schedule.nextAt()).toBe(1_400)
  })

  it('asks nothing that nobody wants to know any more', () => {
    const schedule = new QuestionSchedule(10)
    schedule.want('mds1', [textQuestion('mds1')], 0)
    schedule.want('mds1', [], 0)
    expect(schedule.takeDue(1_000)).toEqual([])
    expect(schedule.nextAt()).toBe(Number.POSITIVE_INFINITY)
  })

  it('asks once what two want to know, and as long as one of them does', () => {
    const schedule = new QuestionSchedule(10)
    const [question] = addressQuestions(['mds1', 'local'])
    const [same] = addressQuestions(['MDS1', 'local'])
    if (question === undefined || same === undefined) throw new Error('there are two questions')
    schedule.want('a', [question], 0)
    schedule.want('b', [same], 500)
    expect(schedule.takeDue(0).map(({ type }) => type)).toEqual([RecordType.A])
    schedule.want('a', [], 600)
    expect(schedule.takeDue(999)).toEqual([])
    expect(schedule.takeDue(1_000).map(({ type }) => type)).toEqual([RecordType.A])
  })

  it('says when there are more questions than it takes, and asks those it took', () => {
    const schedule = new QuestionSchedule(2)
    expect(schedule.want('a', [textQuestion('a'), textQuestion('b')], 0)).toBe(true)
    expect(schedule.want('b', [textQuestion('c'), textQuestion('a')], 0)).toBe(false)
    expect(schedule.takeDue(0)).toHaveLength(2)
  })
})
