/** The result of a run. */
export interface TestCounts {
  readonly passed: number
  readonly failed: number
  /** Names of the tests that failed. */
  readonly failures: readonly string[]
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly title: string; readonly fullName: string }[]
  }[]
}

/** A law that needs a broken source which that kind of source cannot have says so in its name. */
const notRun = / \(not run: /

/**
 * Counts the tests of a report of vitest. A test that was skipped has not passed, and neither has a run without a test, or one
 * that failed for another reason than a test.
 */
export function countTests(text: string | undefined, succeeded: boolean): TestCounts {
  if (text === undefined) return { passed: 0, failed: 1, failures: ['the run left no report'] }
  const { testResults } = JSON.parse(text) as Report // written by vitest
  const tests = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, title }) => status === 'failed' || !notRun.test(title))
  const failures = tests
    .filter(({ status }) => status !== 'passed')
    .map(({ fullName, status }) => `${status}: ${fullName}`)
  const passed = tests.length - failures.length
  if (failures.length === 0 && (!succeeded || passed === 0)) {
    failures.push(passed === 0 ? 'no test has run' : 'the run failed, and no test did')
  }
  return { passed, failed: failures.length, failures }
}
