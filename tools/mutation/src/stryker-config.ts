import type { Target } from './targets.js'

/** What Stryker is told; paths are from the root of the repository. */
export function strykerConfig(name: string, target: Target, report: string): object {
  return {
    mutate: target.files.map((pattern) => `packages/${target.package}/src/${pattern}`),
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'tools/mutation/vitest.config.ts' },
    reporters: ['json', 'dots'],
    jsonReporter: { fileName: report },
    tempDirName: `.stryker-tmp/${name}`,
    ignorePatterns: ['**/dist', '**/.cache', '.stryker-tmp', '.turbo', 'docs'],
    // It would be rewritten by an interface that TypeScript 7 does not have.
    tsconfigFile: 'none',
    // Our errors are told by their codes: no test depends on how they are worded.
    mutator: { excludedMutations: ['StringLiteral'] },
    concurrency: 2,
    timeoutMS: 3_000,
    timeoutFactor: 3,
  }
}
