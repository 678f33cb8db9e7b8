import { checkSeeds, findingsOf, replay } from '@pstorage/fuzz'
import { describe, expect, it } from 'vitest'
import { target } from './cli-remedies-target.js'

describe('remedies of doctor about mutated texts', () => {
  it('have each text as one word, and bash and dash run nothing else', async () => {
    const accepted = await checkSeeds(target, 200)
    expect(accepted).toBeGreaterThan(10)
    expect(accepted).toBeLessThan(195)
  })

  it.each(findingsOf(target, import.meta.dirname))('have no finding any more: $file', async ({ input }) => {
    await expect(replay(target, input)).resolves.toBeUndefined()
  })
})
