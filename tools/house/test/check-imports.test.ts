import { expect, it } from 'vitest'
import { checkImports } from '../src/check-imports.js'

const layers = {
  a: { packages: [], libraries: [], rooms: [['top'], ['low', 'word.ts']] },
  b: { packages: [], libraries: [] },
}
const sources = [
  'packages/a/src/index.ts',
  'packages/a/src/top/a.ts',
  'packages/a/src/low/a.ts',
  'packages/a/src/word.ts',
]
const violation = { from: 'packages/b/src/a.ts', to: 'd', rule: 'room b/low', remedy: 'Import nothing.' }

it.each([
  ['nothing', [], sources, []],
  ['what breaks a rule', [violation], sources, ['packages/b/src/a.ts -> d: breaks "room b/low"; Import nothing.']],
  [
    'a room that does not exist',
    [],
    sources.filter((path) => !path.includes('/low/')),
    ['packages/a/src/low: does not exist; remove the room from layers.ts'],
  ],
  [
    'a folder that is no room',
    [],
    [...sources, 'packages/a/src/other/deep/a.ts'],
    ['packages/a/src/other: stands on no floor; add the room to layers.ts'],
  ],
  [
    'a package without a layer',
    [],
    [...sources, 'packages/c/src/index.ts'],
    ['packages/c: has no layer; decide in layers.ts what it may import'],
  ],
])('reports %s', (_name, violations, paths, expected) => {
  expect(checkImports(violations, paths, layers)).toEqual(expected)
})
