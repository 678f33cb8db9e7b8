import { checkSeeds, findingsOf, replay } from '@pstorage/fuzz'
import { describe, expect, it } from 'vitest'
import { target as message } from './message-target.js'
import { target as scan } from './scan-target.js'
import { target as updateReply } from './update-reply-target.js'

describe.each([message, scan, updateReply])('mutated input of the target $name', (target) => {
  it('is accepted or refused, some of it each', async () => {
    const accepted = await checkSeeds(target, 1_000)
    expect(accepted).toBeGreaterThan(200)
    expect(accepted).toBeLessThan(800)
  })

  it.each(findingsOf(target, import.meta.dirname))('has no finding any more: $file', async ({ input }) => {
    await expect(replay(target, input)).resolves.toBeUndefined()
  })
})
