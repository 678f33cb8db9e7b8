import { brokenSetups } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { expectFixIsSafe, expectFoundAndFixed } from './doctor-at.js'

// They wait for the most part, and share nothing.
describe.concurrent('doctor names the fault of a set-up', () => {
  it.each(brokenSetups.filter(({ fixedBy }) => fixedBy !== undefined))(
    '$id: and is content once what it prints was pasted',
    (setup) => expectFoundAndFixed(setup),
  )

  it.each(brokenSetups.filter(({ fixedBy }) => fixedBy === undefined))(
    '$id: and prints its remedy, with something to fill in or to do elsewhere',
    (setup) => expectFoundAndFixed(setup),
  )

  it.each(brokenSetups.filter(({ id }) => /^(?:list|resolv|key|zone-minus)/.test(id)))(
    '$id: and --fix makes nothing worse',
    (setup) => expectFixIsSafe(setup),
  )

  it('has thirty of them, of which twenty are fixed by what is printed', () => {
    expect(new Set(brokenSetups.map(({ id }) => id)).size).toBe(brokenSetups.length)
    expect(brokenSetups.length).toBeGreaterThanOrEqual(30)
    expect(brokenSetups.filter(({ fixedBy }) => fixedBy !== undefined).length).toBeGreaterThanOrEqual(20)
  })
})
