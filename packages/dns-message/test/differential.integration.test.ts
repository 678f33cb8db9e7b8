import { describe, it } from 'vitest'
import { expectSameReadings } from './beside-dns-packet.js'

describe('beside dns-packet', () => {
  it('reads the same out of 100,000 messages', { timeout: 120_000 }, () => {
    expectSameReadings(100_000, 9_401)
  })
})
