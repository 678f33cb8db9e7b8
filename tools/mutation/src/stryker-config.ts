import { availableParallelism } from 'node:os'
import type { Target } from './targets.js'

/** Files that Stryker reads and writes. */
export interface StrykerFiles {
  readonly report: string
  /** The result of the last run. */
  readonly last: string
  /** True to reuse it for mutants whose code and tests are unchanged. Stryker compares no other file. */
  readonly changed: boolean
}

/** Returns the configuration of Stryker; paths are from the root of the repository. */
export function strykerConfig(name: string, target: Target, { report, last, changed }: StrykerFiles): object {
  return {
    mutate: target.files.map((pattern) => `packages/${pattern}`),
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
    // Tests identify errors by code, not by message.
    mutator: { excludedMutations: ['StringLiteral'] },
    concurrency: availableParallelism(),
    timeoutMS: 3_000,
    timeoutFactor: 3,
  }
}
