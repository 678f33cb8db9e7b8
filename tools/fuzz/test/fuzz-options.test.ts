import { describe, expect, it } from 'vitest'
import { parseFuzzOptions } from '../src/run/fuzz-options.js'

const targets = ['message', 'list']

describe('parseFuzzOptions', () => {
  it('takes targets, runs, a seed and captures', () => {
    const words = ['message', '--runs', '5', '--seed', '7', '--pcap', 'a', '--pcap', 'b']
    const captures = ['a', 'b']
    expect(parseFuzzOptions(words, targets)).toEqual({ targets: ['message'], seed: 7, effort: { runs: 5 }, captures })
  })

  it('draws a seed that can be given again, and takes all targets', () => {
    const { seed, ...rest } = parseFuzzOptions(['--minutes', '0.5'], targets)
    expect(rest).toEqual({ targets, effort: { minutes: 0.5 }, captures: [] })
    expect(Number.isSafeInteger(seed)).toBe(true)
  })

  it.each([
    [['other'], 'there is no target other; there are message, list'],
    [['--runs', '1', '--minutes', '1'], 'exclude each other'],
    [['--runs', '0'], '--runs takes'],
    [['--seed', '1.5'], '--seed takes'],
    [['--minutes', 'x'], '--minutes takes'],
    [['--speed'], '--speed'],
  ])('refuses %j', (words, fault) => {
    expect(() => parseFuzzOptions(words, targets)).toThrow(fault)
  })
})
