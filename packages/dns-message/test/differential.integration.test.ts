import { describe, it } from 'vitest'
import { expectSameReadings } from './beside-peers.js'

describe('beside dns2 and dns-packet', () => {
  it('reads the same out of 100,000 messages, but for what is known of the two', { timeout: 300_000 }, () => {
    expectSameReadings(100_000, 9_401)
  })
})
