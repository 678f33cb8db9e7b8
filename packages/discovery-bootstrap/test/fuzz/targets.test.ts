import { checkSeeds, findingsOf, replay } from '@pstorage/fuzz'
import { describe, expect, it } from 'vitest'
import { target } from './list-target.js'

describe('mutated lists', () => {
  it('are read or refused, and what was accepted is read back', async () => {
    const accepted = await checkSeeds(target, 500)
    expect(accepted).toBeGreaterThan(100)
    expect(accepted).toBeLessThan(500)
  })

  it.each(findingsOf(target, import.meta.dirname))('have no finding any more: $file', async ({ input }) => {
    await expect(replay(target, input)).resolves.toBeUndefined()
  })
})
