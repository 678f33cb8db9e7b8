import { availableParallelism } from 'node:os'
import type { Target } from './targets.js'

/** Where Stryker reads and writes. */
export interface StrykerFiles {
  readonly report: string
  /** What came of the last run. */
  readonly last: string
  /** Whether that is believed of mutants whose code and tests are as they were. Stryker looks at no other file for it. */
  readonly changed: boolean
}

/** What Stryker is told; paths are from the root of the repository. */
export function strykerConfig(name: string, target: Target, { report, last, changed }: StrykerFiles): object {
  return {
    mutate: target.files.map((pattern) => `packages/${target.package}/src/${pattern}`),
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'tools/mutation/vitest.config.ts' },
    reporters: ['json', 'dots'],
    jsonReporter: { fileName: report },
    incremental: true,
    incrementalFile: last,
    force: !changed,
    tempDirName: `.stryker-tmp/${name}`,
    ignorePatterns: ['**/dist', '**/.cache', '.stryker-tmp', '.turbo', 'docs'],
    // It would be rewritten by an interface that TypeScript 7 does not have.
    tsconfigFile: 'none',
    // Our errors are told by their codes: no test depends on how they are worded.
    mutator: { excludedMutations: ['StringLiteral'] },
    concurrency: availableParallelism(),
    timeoutMS: 3_000,
    timeoutFactor: 3,
  }
}
