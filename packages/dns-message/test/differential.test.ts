import { describe, it } from 'vitest'
import { expectSameReadings } from './beside-dns-packet.js'

describe('beside dns-packet', () => {
  it('reads the same out of messages that both can read', () => {
    expectSameReadings(1_000, 4_223)
  })
})
