import { describe, expect, it } from 'vitest'
import type { Footprint } from '../src/footprint.js'
import type { SoakResult } from '../src/soak.js'
import { soakBars } from '../src/soak-bars.js'

const plan = { server: '127.0.0.1:53', clusters: 100, warmUp: 1_000, duration: 60_000 }
const steady: Footprint = { rss: 60e6, heap: 20e6, descriptors: 30, resources: 120, listeners: 4 }
const good: SoakResult = {
  before: steady,
  after: steady,
  closed: steady,
  lagP99: 5,
  events: { added: 300, removed: 300 },
  lost: 0,
}

describe('the bars of a soak', () => {
  it.each<[string, Partial<SoakResult>, readonly string[]]>([
    ['all is well', {}, []],
    ['memory grows', { after: { ...steady, rss: 71e6 } }, ['growth of resident memory, MiB']],
    ['descriptors leak', { after: { ...steady, descriptors: 80 } }, ['growth of descriptors']],
    ['a listener leaks', { after: { ...steady, listeners: 5 } }, ['growth of listeners of the process']],
    ['timers leak', { after: { ...steady, resources: 300 } }, ['growth of what the event loop holds, while watching']],
    [
      'something is left open',
      { closed: { ...steady, resources: 121 } },
      ['sockets and timers that are left when all is closed'],
    ],
    ['the loop is blocked', { lagP99: 51 }, ['99 of 100 turns of the event loop late by, ms']],
    ['a watch has ended', { lost: 1 }, ['watches that ended or saw nothing']],
    ['nothing happened', { events: {} }, ['seconds for one change that was seen']],
  ])('%s', (_, difference, missed) => {
    const bars = soakBars({ ...good, ...difference }, plan)
    expect(bars.filter(({ met }) => !met).map(({ what }) => what)).toEqual(missed)
  })
})
