import { checkSeeds } from '@pstorage/fuzz'
import { expect, it } from 'vitest'
import { target } from './file-kind-target.js'

it('SEC-4: files of every kind are accepted or refused, some of them each', async () => {
  const accepted = await checkSeeds(target, 100)
  expect(accepted).toBeGreaterThan(3)
  expect(accepted).toBeLessThan(97)
})
