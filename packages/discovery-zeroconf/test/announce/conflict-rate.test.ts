import { expect, it } from 'vitest'
import { ConflictRate } from '../../src/announce/probing.js'

it('MD-15 slows down after fifteen conflicts within ten seconds', () => {
  const rate = new ConflictRate()
  for (let index = 0; index < 14; index += 1) expect(rate.note(index * 700)).toBe(false)
  expect(rate.delay(9_800)).toBe(0)
  expect(rate.note(9_900)).toBe(true)
  expect(rate.delay(9_900)).toBe(5_000)
})

it('stays slow while there are conflicts, and says so once', () => {
  const rate = new ConflictRate()
  for (let index = 0; index < 15; index += 1) rate.note(index)
  for (let at = 6_000; at < 60_000; at += 6_000) {
    expect(rate.note(at)).toBe(false)
    expect(rate.delay(at)).toBe(5_000)
  }
  expect(rate.delay(64_001)).toBe(0)
})

it('does not mind fifteen conflicts in a longer time', () => {
  const rate = new ConflictRate()
  for (let index = 0; index < 100; index += 1) expect(rate.note(index * 800)).toBe(false)
})
