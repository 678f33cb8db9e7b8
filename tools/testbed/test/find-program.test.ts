import { expect, it } from 'vitest'
import { findProgram } from '../src/find-program.js'

it('finds a program', async () => {
  expect(await findProgram({ name: 'sh', debianPackage: 'dash' })).toMatch(/\/sh$/)
})

it('names the package of a program that is not there', async () => {
  const missing = findProgram({ name: 'no-such-program', debianPackage: 'no-such-package' })
  await expect(missing).rejects.toThrow('no-such-program is not installed; install no-such-package')
})
