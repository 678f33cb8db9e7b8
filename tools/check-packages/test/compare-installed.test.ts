import { expect, it } from 'vitest'
import { compareInstalled } from '../src/install/compare-installed.js'

it.each([
  ['the same', ['a', 'b'], ['b', 'a'], ''],
  ['one too many', ['a', 'vitest'], ['a'], 'brings vitest'],
  ['one too few', ['a'], ['a', 'core'], 'does not bring core'],
  ['another one', ['a', 'vitest'], ['a', 'core'], 'brings vitest, does not bring core'],
])('says what differs: %s', (_name, installed, expected, words) => {
  expect(compareInstalled(installed, expected)).toBe(words)
})
