import { checkSeeds, findingsOf, replay } from '@pstorage/fuzz'
import { describe, expect, it } from 'vitest'
import { target as commandLine } from './arguments-target.js'
import { target as share } from './share-target.js'

describe.each([commandLine, share])('mutated input of the target $name', (target) => {
  it('is accepted or refused, some of it each', async () => {
    const accepted = await checkSeeds(target, 300)
    expect(accepted).toBeGreaterThan(10)
    expect(accepted).toBeLessThan(290)
  })

  it.each(findingsOf(target, import.meta.dirname))('has no finding any more: $file', async ({ input }) => {
    await expect(replay(target, input)).resolves.toBeUndefined()
  })
})
