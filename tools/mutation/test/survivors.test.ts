import { describe, expect, it } from 'vitest'
import { explain } from '../src/explained.js'
import { mutationScore } from '../src/survivors.js'

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
      mutants: [mutant('Killed', 1), mutant('Timeout', 1), mutant('Survived', 2), mutant('CompileError', 2)],
    },
    'packages/one/src/other.ts': { source: 'last\n', mutants: [mutant('NoCoverage', 1, 'BlockStatement')] },
  },
}

describe('what came of mutants', () => {
  it('is those that were noticed of all that were valid, and where the others are', () => {
    expect(mutationScore(report)).toEqual({
      noticed: 2,
      score: 50,
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
    expect(mutationScore({ files: {} })).toEqual({ noticed: 0, survivors: [], score: 0 })
  })

  it('is explained line by line, and explanations that are not needed any more are named', () => {
    const { survivors } = mutationScore(report)
    const good = { target: 't', file: 'one/src/file.ts', source: 'if (a < b) return', because: 'equal ones are alike' }
    const other = {
      target: 't',
      file: 'other.ts',
      source: 'last',
      mutators: ['EqualityOperator'],
      because: 'nobody knows',
    }
    const { unexplained, explained, unused } = explain(survivors, [good, other])
    expect(unexplained.map(({ source }) => source)).toEqual(['last'])
    expect(explained).toBe(1)
    expect(unused).toEqual([other])
  })
})
