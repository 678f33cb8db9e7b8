import { describe, expect, it } from 'vitest'
import { mutationScore, uselessComments } from '../src/survivors.js'

const mutant = (status: string, line: number, mutatorName = 'EqualityOperator') => ({
  status,
  mutatorName,
  replacement: ' a <= b ',
  location: { start: { line } },
})

const report = {
  files: {
    'packages/one/src/file.ts': {
      source: 'first\n  if (a < b) return\n',
      mutants: [
        mutant('Killed', 1),
        mutant('Timeout', 1),
        mutant('Survived', 2),
        mutant('CompileError', 2),
        mutant('Ignored', 1),
        { ...mutant('Ignored', 2), statusReason: 'Ignored because of excluded mutation "StringLiteral"' },
      ],
    },
    'packages/one/src/other.ts': { source: 'last\n', mutants: [mutant('NoCoverage', 1, 'BlockStatement')] },
  },
}

describe('what came of mutants', () => {
  it('is those that were noticed of all that were valid, and where the others are', () => {
    expect(mutationScore(report)).toEqual({
      noticed: 2,
      explained: 1,
      score: 40,
      survivors: [
        {
          file: 'packages/one/src/file.ts',
          line: 2,
          mutator: 'EqualityOperator',
          replacement: 'a <= b',
          source: 'if (a < b) return',
        },
        {
          file: 'packages/one/src/other.ts',
          line: 1,
          mutator: 'BlockStatement',
          replacement: 'a <= b',
          source: 'last',
        },
      ],
    })
  })

  it('is nothing to be proud of without a mutant', () => {
    expect(mutationScore({ files: {} })).toEqual({ noticed: 0, survivors: [], explained: 0, score: 0 })
  })
})

describe('comments', () => {
  const ignored = mutant('Ignored', 2)
  it.each([
    ['of its mutant', '// Stryker disable next-line EqualityOperator: equal ones are alike', [ignored], undefined],
    ['of several mutators', '  // Stryker disable next-line Regex, EqualityOperator: a: b', [ignored], undefined],
    ['of all mutators', '// Stryker disable next-line all: alike', [ignored], undefined],
    ['of another mutator', '// Stryker disable next-line Regex: alike', [ignored], 'explains no mutant'],
    ['of another line', '// Stryker disable next-line all: alike', [mutant('Ignored', 3)], 'explains no mutant'],
    ['of a mutant that was tried', '// Stryker disable next-line all: a', [mutant('Killed', 2)], 'explains no mutant'],
    ['without a reason', '// Stryker disable next-line EqualityOperator', [ignored], 'gives no reason'],
    ['of something else', '// Stryker is a tool', [], undefined],
  ])('%s', (_name, comment, mutants, problem) => {
    const found = uselessComments({ files: { 'a.ts': { source: `${comment}\nif (a < b) return\n`, mutants } } })
    expect(found).toEqual(problem === undefined ? [] : [{ file: 'a.ts', line: 1, problem }])
  })
})
