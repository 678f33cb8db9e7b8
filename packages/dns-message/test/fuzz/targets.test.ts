import { checkSeeds, findingsOf, replay } from '@pstorage/fuzz'
import { describe, expect, it } from 'vitest'
import { target } from './message-target.js'

describe('mutated messages', () => {
  it('are read or refused, and what was accepted is read back', async () => {
    const accepted = await checkSeeds(target, 1_000)
    expect(accepted).toBeGreaterThan(200)
    expect(accepted).toBeLessThan(800)
  })

  it.each(findingsOf(target, import.meta.dirname))('have no finding any more: $file', async ({ input }) => {
    await expect(replay(target, input)).resolves.toBeUndefined()
  })
})
