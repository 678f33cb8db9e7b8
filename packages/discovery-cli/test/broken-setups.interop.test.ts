import { brokenRealSetups, brokenSetups } from '@pstorage/testbed'
import { beforeAll, describe, it } from 'vitest'
import { buildCli } from './built-cli.js'
import { expectFoundAndFixed } from './doctor-at.js'

beforeAll(buildCli)

// They wait for the most part: each has a name server or a network namespace of its own.
describe.concurrent('doctor names the fault of a real set-up', () => {
  it.each(brokenRealSetups.filter(({ fixedBy }) => fixedBy !== undefined))(
    '$id: and is content once what it prints was pasted',
    (setup) => expectFoundAndFixed(setup),
  )

  it.each(brokenRealSetups.filter(({ fixedBy }) => fixedBy === undefined))(
    '$id: and prints its remedy, with something to fill in or to do elsewhere',
    (setup) => expectFoundAndFixed(setup),
  )

  it.each([...brokenSetups, ...brokenRealSetups].filter(({ fixedBy }) => fixedBy?.startsWith('as root, run')))(
    '$id: and its command does the same in dash',
    (setup) => expectFoundAndFixed(setup, 'dash'),
  )
})
