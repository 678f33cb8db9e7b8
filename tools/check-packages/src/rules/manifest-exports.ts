import { isObject } from '../manifest.js'
import type { Rule, RuleFinding } from '../rule.js'

/**
 * Every entry point leads to its source first, so that tests and documentation need no build, then to its types, then
 * to its code; and the manifest itself can be read.
 */
export const manifestExports: Rule = {
  id: 'manifest-exports',
  appliesTo: ['package'],
  check: ({ manifest }) => {
    const entries = isObject(manifest.exports) ? manifest.exports : {}
    return [
      ...REQUIRED.filter((subpath) => entries[subpath] === undefined).map((subpath) => ({
        file: 'package.json',
        problem: `"exports" lacks "${subpath}"`,
        remedy: 'add it',
      })),
      ...Object.entries(entries).flatMap(([subpath, target]) =>
        // A target without conditions is a file as it is, such as a JSON Schema: publint looks for it.
        isObject(target) ? wrongConditions(subpath, target) : [],
      ),
    ]
  },
}

const REQUIRED = ['.', './package.json']

const wrongConditions = (subpath: string, target: Readonly<Record<string, unknown>>): readonly RuleFinding[] => {
  const stem = /^\.\/src\/(.+)\.ts$/.exec(String(target['@pstorage/source']))?.[1] ?? 'index'
  const expected = JSON.stringify({
    '@pstorage/source': `./src/${stem}.ts`,
    types: `./dist/${stem}.d.ts`,
    default: `./dist/${stem}.js`,
  })
  if (JSON.stringify(target) === expected) return []
  return [
    {
      file: 'package.json',
      problem: `"exports" of "${subpath}" differ from its siblings`,
      remedy: `make them ${expected}`,
    },
  ]
}
