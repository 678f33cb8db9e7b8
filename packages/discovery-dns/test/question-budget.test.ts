import { describe, expect, it } from 'vitest'
import { QuestionBudget } from '../src/client/question-budget.js'

describe('QuestionBudget', () => {
  it('has room for 256 questions, none after the first that is too many, and one warning', () => {
    const codes: string[] = []
    const budget = new QuestionBudget(({ code }) => codes.push(code))
    expect(budget.take(255)).toBe(true)
    expect(budget.take(1)).toBe(true)
    expect(codes).toEqual([])
    expect(budget.take(2)).toBe(false)
    expect(budget.take(1)).toBe(false)
    expect(codes).toEqual(['dns-too-many-questions'])
  })

  it('asks nothing once something larger was too many', () => {
    const budget = new QuestionBudget(() => {})
    expect([255, 2, 1].map((questions) => budget.take(questions))).toEqual([true, false, false])
  })
})
