import { describe, expect, it } from 'vitest'
import { randomOctets, systemRandom } from '../src/runtime/random.js'

describe('randomOctets', () => {
  it('gives as many as asked for, and never the same', () => {
    const drawn = Array.from({ length: 2_000 }, () => Buffer.from(randomOctets(16)).toString('hex'))
    expect(new Set(drawn).size).toBe(drawn.length)
    expect(drawn.every((text) => text.length === 32 && text !== '0'.repeat(32))).toBe(true)
  })

  it('gives each value about as often as any other', () => {
    const counts = new Array<number>(256).fill(0)
    for (let draws = 0; draws < 64; draws += 1) {
      for (const octet of randomOctets(4_096)) counts[octet] = (counts[octet] ?? 0) + 1
    }
    // 1,024 of each are expected; ten standard deviations are 320.
    expect(counts.every((count) => Math.abs(count - 1_024) < 320)).toBe(true)
  })

  it('gives octets that do not change with further ones', () => {
    const first = randomOctets(8)
    const copy = [...first]
    for (let draws = 0; draws < 1_000; draws += 1) randomOctets(64)
    expect([...first]).toEqual(copy)
  })

  it.each([-1, 4_097, 1.5, Number.NaN])('refuses to give %s', (count) => {
    expect(() => randomOctets(count)).toThrow(RangeError)
  })
})

describe('systemRandom', () => {
  it.each([1, 2, 3, 255, 256, 65_536, 2 ** 48 - 1])('draws whole numbers below %s', (limit) => {
    const drawn = Array.from({ length: 500 }, () => systemRandom.below(limit))
    expect(drawn.every((number) => Number.isInteger(number) && number >= 0 && number < limit)).toBe(true)
    if (limit > 2) expect(new Set(drawn).size).toBeGreaterThan(Math.min(limit, 100) - 1)
  })

  it('draws each of three about as often as the others', () => {
    const counts = [0, 0, 0]
    for (let draws = 0; draws < 30_000; draws += 1) {
      const drawn = systemRandom.below(3)
      counts[drawn] = (counts[drawn] ?? 0) + 1
    }
    expect(counts.every((count) => Math.abs(count - 10_000) < 820)).toBe(true)
  })

  it.each([0, -1, 1.5, 2 ** 48 + 1, Number.NaN])('refuses the limit %s', (limit) => {
    expect(() => systemRandom.below(limit)).toThrow(RangeError)
  })
})
