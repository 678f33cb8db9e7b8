import { checkSeeds, findingsOf, replay } from '@pstorage/fuzz'
import { describe, expect, it } from 'vitest'
import { target as announcing } from './announcing-target.js'
import { target as browsing } from './browsing-target.js'

describe.each([announcing, browsing])('mutated datagrams to the target $name', (target) => {
  it('are received or not, some of them each', async () => {
    const accepted = await checkSeeds(target, 200)
    expect(accepted).toBeGreaterThan(10)
    expect(accepted).toBeLessThan(200)
  })

  it.each(findingsOf(target, import.meta.dirname))('have no finding any more: $file', async ({ input }) => {
    await expect(replay(target, input)).resolves.toBeUndefined()
  })
})
