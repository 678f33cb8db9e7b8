import { defineConfig } from 'vitest/config'
import type { Reporter } from 'vitest/node'
import { targets } from './tools/mutation/src/targets.js'

const conditions = ['@pstorage/source', 'node', 'import', 'module', 'default']
const places = ['packages/*/test', 'tools/*/test']

const kind = (name: string, suffix: string, testTimeout: number, others: readonly string[] = []) => ({
  extends: true as const,
  test: {
    name,
    // Real servers want ports, buses and processor time for themselves.
    ...(name === 'interop' ? { fileParallelism: false, sequence: { groupOrder: 1 } } : {}),
    include: places.map((place) => `${place}/**/*${suffix}`),
    exclude: others.flatMap((other) => places.map((place) => `${place}/**/*${other}`)),
    testTimeout,
    hookTimeout: testTimeout,
  },
})

/** Fails a run in which a project matches no file: vitest itself minds only when every project is empty. */
const noEmptyProject: Reporter = {
  onInit: async ({ projects, logger }) => {
    for (const project of projects) {
      if ((await project.globTestFiles()).testFiles.length > 0) continue
      process.exitCode = 1
      logger.error(`Project "${project.name}" has no test file: is its suffix or its folder right?`)
    }
  },
}

/** What mutants are made of may have no branch that no test takes. */
const everyBranch = Object.fromEntries(
  Object.values(targets).flatMap((target) => target.files.map((pattern) => [`packages/${pattern}`, { branches: 100 }])),
)

const jsonReport = process.env.VITEST_JSON_REPORT

export default defineConfig({
  // Tests run from the sources, without a build.
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // Most of them wait for something most of the time, also where there are only two processors.
    maxWorkers: '100%',
    coverage: {
      enabled: process.env.COVERAGE === 'true',
      provider: 'v8',
      include: ['packages/*/src/**'],
      // The program of the command runs in processes of its own, where it cannot be measured.
      exclude: ['packages/discovery-cli/src/main.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 95, statements: 95, functions: 95, ...everyBranch },
    },
    reporters: ['default', noEmptyProject, ...(jsonReport === undefined ? [] : ['json'])],
    ...(jsonReport === undefined ? {} : { outputFile: { json: jsonReport } }),
    projects: [
      kind('unit', '.test.ts', 5_000, ['.integration.test.ts', '.interop.test.ts']),
      kind('integration', '.integration.test.ts', 20_000),
      kind('interop', '.interop.test.ts', 60_000),
    ],
  },
})
