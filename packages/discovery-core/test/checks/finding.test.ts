import { describe, expect, it } from 'vitest'
import { type CheckDescription, finding, isAtLeast, remedy, worstLevel } from '../../src/checks/index.js'

const check: CheckDescription = { id: 'thing-works', checks: 'the thing works', levels: ['ok', 'warning'] }

describe('a finding', () => {
  it('fills in what nothing was said about', () => {
    expect(finding(check, 'ok', { subject: 'it', seen: 'works' })).toEqual({
      check: 'thing-works',
      level: 'ok',
      subject: 'it',
      seen: 'works',
      meaning: null,
      remedies: [],
      checked: true,
    })
  })

  it('has a level that the check says that it has', () => {
    expect(() => finding(check, 'error', { subject: 'it', seen: 'is broken' })).toThrow('no level error')
  })

  it('is not ok where the check could not be made', () => {
    expect(() => finding(check, 'ok', { subject: 'it', seen: 'was not looked at', checked: false })).toThrow('not made')
  })

  it('fills in a remedy', () => {
    const made = remedy({ kind: 'command', place: 'root', text: 'true' })
    expect(made).toEqual({ kind: 'command', place: 'root', software: null, replaces: null, text: 'true' })
  })
})

describe('levels', () => {
  it.each([
    { id: 'none', levels: [], worst: 'ok' },
    { id: 'mixed', levels: ['notice', 'error', 'ok'], worst: 'error' },
    { id: 'notices', levels: ['ok', 'notice'], worst: 'notice' },
  ] as const)('have a worst one: $id', ({ levels, worst }) => {
    expect(worstLevel(levels)).toBe(worst)
  })

  it('are in order', () => {
    expect(isAtLeast('warning', 'notice')).toBe(true)
    expect(isAtLeast('notice', 'warning')).toBe(false)
    expect(isAtLeast('error', 'error')).toBe(true)
  })
})
