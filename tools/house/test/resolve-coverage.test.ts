import { expect, it } from 'vitest'
import { countModules, type ScriptCoverage } from '../src/resolve-coverage.js'

const script = (url: string, ...counts: readonly number[]): ScriptCoverage => ({
  url,
  functions: counts.map((count) => ({ ranges: [{ count }] })),
})

it('counts modules of the packages, and those of which a function was called', () => {
  const scripts = [
    script('file:///r/packages/a/src/called.ts', 1, 0, 3),
    script('file:///r/packages/a/src/idle.ts', 1, 0, 0),
    script('file:///r/packages/a/src/data.ts', 1),
    script('file:///r/packages/a/node_modules/b/b.js', 1, 1),
    script('file:///r/tools/a/src/a.ts', 1, 1),
    script('node:fs', 1, 1),
  ]
  expect(countModules(scripts, 'file:///r/packages/')).toEqual({ loaded: 3, executed: 1 })
})
