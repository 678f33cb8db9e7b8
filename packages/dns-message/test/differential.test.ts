import { describe, it } from 'vitest'
import { expectSameReadings } from './beside-peers.js'

describe('beside dns2 and dns-packet', () => {
  it('reads the same out of messages, but for what is known of the two', () => {
    expectSameReadings(600, 4_223)
  })
})
