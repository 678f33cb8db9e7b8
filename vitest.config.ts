import { defineConfig } from 'vitest/config'

const conditions = ['@pstorage/source', 'node', 'import', 'module', 'default']
const places = ['packages/*/test', 'tools/*/test']

const kind = (name: string, suffix: string, others: readonly string[], testTimeout: number) => ({
  extends: true as const,
  test: {
    name,
    include: places.map((place) => `${place}/**/*${suffix}`),
    exclude: others.flatMap((other) => places.map((place) => `${place}/**/*${other}`)),
    testTimeout,
    hookTimeout: testTimeout,
  },
})

export default defineConfig({
  // Tests run from the sources, without a build.
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: [
      kind('unit', '.test.ts', ['.integration.test.ts', '.interop.test.ts'], 5_000),
      kind('integration', '.integration.test.ts', [], 20_000),
      kind('interop', '.interop.test.ts', [], 60_000),
    ],
  },
})
