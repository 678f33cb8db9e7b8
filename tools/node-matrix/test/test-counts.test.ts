import { describe, expect, it } from 'vitest'
import { countTests } from '../src/test-counts.js'

const report = (...statuses: readonly string[]): string =>
  JSON.stringify({
    testResults: [
      {
        assertionResults: statuses.map((status, index) => {
          const title = status === 'law' ? `a law (not run: it cannot be silent)` : `test ${index}`
          return { status: status === 'law' ? 'skipped' : status, title, fullName: title }
        }),
      },
    ],
  })

describe('what counts as passed on a version of Node.js', () => {
  it.each([
    ['all passed', report('passed', 'passed'), true, 2, []],
    ['one failed', report('passed', 'failed'), false, 1, ['failed: test 1']],
    ['one was skipped', report('passed', 'skipped'), true, 1, ['skipped: test 1']],
    ['a law that cannot be run there', report('passed', 'law'), true, 1, []],
    ['no test', report(), true, 0, ['no test has run']],
    ['the run failed otherwise', report('passed'), false, 1, ['the run failed, and no test did']],
    ['no report', undefined, true, 0, ['the run left no report']],
  ])('%s', (_, text, succeeded, passed, failures) => {
    expect(countTests(text, succeeded)).toEqual({ passed, failed: failures.length, failures })
  })
})
