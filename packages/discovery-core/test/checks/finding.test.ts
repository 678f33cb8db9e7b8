import { describe, expect, it } from 'vitest'
import { type CheckDescription, finding, isAtLeast, remedy, safeCommand, worstLevel } from '../../src/checks/index.js'

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
      follows: [],
    })
  })

  it('follows from checks that the description names alone', () => {
    const second: CheckDescription = { ...check, id: 'second-thing', follows: ['thing-works'] }
    const facts = { subject: 'it', seen: 'is broken', follows: ['thing-works'] }
    expect(finding(second, 'warning', facts).follows).toEqual(['thing-works'])
    expect(() => finding(check, 'warning', facts)).toThrow('thing-works does not follow from thing-works')
  })

  it('has a level that the check says that it has', () => {
    expect(() => finding(check, 'error', { subject: 'it', seen: 'is broken' })).toThrow('no level error')
  })

  it('is not ok where the check could not be made', () => {
    expect(() => finding(check, 'ok', { subject: 'it', seen: 'was not looked at', checked: false })).toThrow('not made')
  })

  it('fills in a remedy', () => {
    const made = remedy({ kind: 'command', place: 'root', text: 'true' })
    expect(made).toEqual({ kind: 'command', place: 'root', software: null, replaces: null, text: 'true', fix: null })
  })

  it('may run one program with its words', () => {
    const [made] = safeCommand('mv', '-nT', '/a b', '/c')
    expect(made).toMatchObject({ text: "mv -nT '/a b' /c", fix: { kind: 'run', argv: ['mv', '-nT', '/a b', '/c'] } })
    expect(safeCommand('mv', '\0')).toEqual([])
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
