import { checkSeeds, findingsOf, replay } from '@pstorage/fuzz'
import { describe, expect, it } from 'vitest'
import { target } from './last-good-target.js'

describe('mutated files of last good answers', () => {
  it('are used or refused, and what was used is read back', async () => {
    const accepted = await checkSeeds(target, 1_000)
    expect(accepted).toBeGreaterThan(20)
    expect(accepted).toBeLessThan(900)
  })

  it.each(findingsOf(target, import.meta.dirname))('have no finding any more: $file', async ({ input }) => {
    await expect(replay(target, input)).resolves.toBeUndefined()
  })
})
