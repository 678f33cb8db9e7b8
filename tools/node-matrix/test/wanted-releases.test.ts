import { describe, expect, it } from 'vitest'
import { releases, wantedReleases } from '../src/wanted-releases.js'

describe('the release lines to test on', () => {
  it.each([
    ['all by default', [], releases],
    ['those that are named, once', ['24', '20', '24'], ['24', '20']],
    ['none that is not supported', ['18'], 'the release lines are 20, 22, 24, 26, and not "18"'],
  ])('%s', (_, words, wanted) => {
    expect(wantedReleases(words)).toEqual(wanted)
  })
})
