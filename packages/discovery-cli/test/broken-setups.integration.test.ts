import { brokenSetups } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { expectNamedAndMended } from './doctor-at.js'

// They wait for the most part, and share nothing.
describe.concurrent('doctor names the fault of a set-up', () => {
  it.each(brokenSetups.filter(({ mendedBy }) => mendedBy !== undefined))(
    '$id: and is content once what it prints was pasted',
    expectNamedAndMended,
  )

  it.each(brokenSetups.filter(({ mendedBy }) => mendedBy === undefined))(
    '$id: and says what mends it, with something to fill in or to do elsewhere',
    expectNamedAndMended,
  )

  it('has thirty of them, of which twenty are mended by what is printed', () => {
    expect(new Set(brokenSetups.map(({ id }) => id)).size).toBe(brokenSetups.length)
    expect(brokenSetups.length).toBeGreaterThanOrEqual(30)
    expect(brokenSetups.filter(({ mendedBy }) => mendedBy !== undefined).length).toBeGreaterThanOrEqual(20)
  })
})
