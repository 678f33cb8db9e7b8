import type { Rule, RuleFinding } from '../rule.js'
import { sourcesOf, testsOf } from '../source-files.js'

/** Tests stand in `test/` under a name that a vitest project looks for; there is no package without any. */
export const testPlaces: Rule = {
  id: 'test-places',
  appliesTo: ['package', 'tool'],
  check: (folder) => {
    const tests = testsOf(folder)
    const findings: RuleFinding[] = []
    if (folder.kind === 'package' && !tests.some(([file]) => file.endsWith('.test.ts'))) {
      findings.push({ file: 'test', problem: 'has no *.test.ts', remedy: 'write the first one' })
    }
    for (const [file] of [...sourcesOf(folder), ...tests]) {
      if (file.startsWith('src/') && file.endsWith('.test.ts')) {
        findings.push({ file, problem: 'is a test among the sources', remedy: 'move it to test/' })
      }
      if (/[.-](?:spec|tests|unit|integration|interop)\.ts$/.test(file)) {
        findings.push({ file, problem: 'no vitest project looks for it', remedy: 'end its name in .test.ts' })
      }
    }
    return findings
  },
}
