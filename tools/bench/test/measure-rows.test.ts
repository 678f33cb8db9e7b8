import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { lineOf } from '../src/compare.js'
import { exitCodeOf, measureRows, type Result } from '../src/measure-rows.js'
import { type Line, type Row, Unmeasured } from '../src/row.js'

const held = lineOf({ against: 'the peer', ours: [1], other: [2], atMost: 1 })
const notHeld = lineOf({ against: 'the peer', ours: [3], other: [2], atMost: 1 })

const row = (name: string, measure: () => Promise<readonly Line[]>): Row => ({ name, description: '', measure })
const good = row('good', async () => [held])
const bad = row('bad', async () => [notHeld])

const broken: readonly (readonly [string, Row, string])[] = [
  [
    'cannot be measured here',
    row('broken', () => Promise.reject(new Unmeasured('there is no BIND'))),
    'there is no BIND',
  ],
  [
    'fails',
    row('broken', () => Promise.reject(new Error('a program failed:\n  nothing\n'))),
    'a program failed: nothing',
  ],
  ['throws no error', row('broken', () => Promise.reject('no')), 'no'],
  [
    'throws where nobody waits for it',
    row('broken', () => {
      setImmediate(() => process.emit('uncaughtException', new Error('in an event')))
      return new Promise(() => {})
    }),
    'in an event',
  ],
  ['never ends', row('broken', () => new Promise(() => {})), 'it took more than 0.05 s'],
]

describe('measureRows', () => {
  beforeEach(() => {
    vi.spyOn(console, 'error').mockReturnValue(undefined)
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it.each(broken)('measures the others when one %s, and says why that one is not', async (_, one, why) => {
    const told: string[] = []
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    const results = await measureRows([one, good], { tell: ({ name }) => told.push(name), timeLimit: 50 })
    const left = process.listeners('uncaughtException')
    for (const listener of others) process.on('uncaughtException', listener)
    expect(results.map(({ name, unmeasured }) => [name, unmeasured])).toEqual([
      ['broken', why],
      ['good', undefined],
    ])
    expect(results[1]?.lines).toEqual([held])
    expect(told).toEqual(['broken', 'good'])
    expect(left).toEqual([])
  })

  it('tells each result before it measures the next row', async () => {
    const told: Result[] = []
    const last = row('last', async () => {
      expect(told.map(({ name }) => name)).toEqual(['good'])
      return []
    })
    const results = await measureRows([good, last], { tell: (result) => told.push(result) })
    expect(results.map(({ unmeasured }) => unmeasured)).toEqual([undefined, undefined])
  })
})

describe('exitCodeOf', () => {
  const unmeasured = broken[0]?.[1] as Row

  it.each([
    ['all bars held', [good], 0],
    ['a bar not held', [good, bad], 1],
    ['a row not measured', [unmeasured, good], 3],
    ['a bar not held and a row not measured: the answer that there is', [bad, unmeasured], 1],
  ] as const)('says of %s', async (_, rows, code) => {
    expect(exitCodeOf(await measureRows(rows, { tell: () => undefined }))).toBe(code)
  })
})
