import { defineConfig } from 'vitest/config'

const conditions = ['@pstorage/source', 'node', 'import', 'module', 'default']

/** Tests that take their time, by chance, many cases or against clocks: a mutant has to be noticed by an example. */
const slow = ['*properties', 'differential', 'corpora', 'targets', 'hostile', 'model']

const { MUTATED_TESTS = '' } = process.env

/** The tests of a target, which the environment names: what mutants of its code are held against. */
export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: MUTATED_TESTS.split('\n').map((pattern) => `packages/${pattern}`),
    exclude: ['**/node_modules/**', ...slow.map((name) => `**/${name}.test.ts`)],
    testTimeout: 20_000,
  },
})
