import { simulatedClock } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import type { KnownStep } from '../src/client/transaction/fallback-memory.js'
import { describeStep, type FallbackStep, FallbackSteps } from '../src/client/transaction/fallback-steps.js'

interface Conditions {
  readonly steps?: readonly FallbackStep[]
  readonly time?: number
  readonly known?: KnownStep
}

function stepsOf({ steps = ['tcp', 'no-cookie', 'no-edns'], time = Number.POSITIVE_INFINITY, known }: Conditions = {}) {
  const clock = simulatedClock()
  const taken: string[] = []
  const host = {
    isAttacked: false,
    takeStep: (step: FallbackStep, reason: string) => void taken.push(`${step} for ${reason} at ${clock.now()}`),
  }
  return { clock, taken, host, fallback: new FallbackSteps({ clock, time, steps, known }, host) }
}

describe('FallbackSteps', () => {
  it('takes one after the other in silence', async () => {
    const { clock, taken, fallback } = stepsOf()
    fallback.start()
    fallback.start()
    await clock.advance(10_000)
    expect(taken).toEqual(['tcp for silence at 700', 'no-cookie for silence at 1050', 'no-edns for silence at 1400'])
  })

  it('counts what was waited before', async () => {
    const { clock, taken, fallback } = stepsOf()
    fallback.start(400)
    await clock.advance(300)
    expect(taken).toEqual(['tcp for silence at 300'])
  })

  it.each([
    [1_000, ['tcp for silence at 292', 'no-cookie for silence at 438', 'no-edns for silence at 583']],
    [100, ['tcp for silence at 210', 'no-cookie for silence at 315', 'no-edns for silence at 420']],
  ])('takes them sooner where there are only %d ms', async (time, expected) => {
    const { clock, taken, fallback } = stepsOf({ time })
    expect(fallback.isUrgent).toBe(true)
    fallback.start()
    await clock.advance(10_000)
    expect(taken.map((line) => line.replace(/[\d.]+$/, (at) => String(Math.round(Number(at)))))).toEqual(expected)
  })

  it('gives TCP a second where a reply may be forged', async () => {
    const { clock, taken, fallback } = stepsOf()
    fallback.start()
    expect(fallback.unusable('wrong-cookie', undefined)).toBe(true)
    expect(fallback.unusable('wrong-cookie', undefined)).toBe(false)
    await clock.advance(1_000)
    expect(taken).toEqual(['tcp for wrong-cookie at 0', 'no-cookie for wrong-cookie at 1000'])
  })

  it('goes on as soon as a step does not help', () => {
    const { taken, fallback } = stepsOf()
    fallback.unusable('wrong-cookie', undefined)
    fallback.tcpFailed()
    fallback.tcpFailed()
    expect(fallback.unusable('unreadable', undefined)).toBe(false)
    expect(fallback.unusable('unreadable', 'no-cookie')).toBe(true)
    expect(fallback.unusable('unreadable', 'no-edns')).toBe(false)
    expect(taken).toEqual([
      'tcp for wrong-cookie at 0',
      'no-cookie for wrong-cookie at 0',
      'no-edns for unreadable at 0',
    ])
  })

  it('gives up nothing while replies are forged', async () => {
    const { clock, taken, host, fallback } = stepsOf()
    host.isAttacked = true
    fallback.start()
    fallback.unusable('flood', undefined)
    fallback.tcpFailed()
    await clock.advance(10_000)
    expect(taken).toEqual(['tcp for flood at 0'])
  })

  it.each([
    ['no-edns', ['no-edns for silence at 50', 'tcp for silence at 750', 'no-cookie for silence at 1100']],
    ['tcp', ['tcp for silence at 50', 'no-cookie for silence at 750', 'no-edns for silence at 1100']],
  ] as const)('takes a step that has helped before (%s) soon', async (known, expected) => {
    const { clock, taken, fallback } = stepsOf({ known })
    expect(fallback.isUrgent).toBe(true)
    fallback.start()
    await clock.advance(10_000)
    expect(taken).toEqual(expected)
  })

  it('takes a single step as late as the last of several', async () => {
    const { clock, taken, fallback } = stepsOf({ steps: ['no-edns'] })
    fallback.start()
    await clock.advance(10_000)
    expect(taken).toEqual(['no-edns for silence at 1400'])
  })

  it('counts anew after a pause, and never after the stop', async () => {
    const { clock, taken, fallback } = stepsOf()
    fallback.start()
    await clock.advance(699)
    fallback.pause()
    await clock.advance(10_000)
    expect(taken).toEqual([])
    fallback.start()
    await clock.advance(699)
    fallback.hold(() => taken.push('held'))
    fallback.stop()
    fallback.start()
    await clock.advance(10_000)
    expect(taken).toEqual([])
    expect(clock.sleepers).toBe(0)
  })

  it('holds once, for a second', async () => {
    const { clock, taken, fallback } = stepsOf()
    fallback.hold(() => taken.push('first'))
    fallback.hold(() => taken.push('second'))
    await clock.advance(999)
    expect(taken).toEqual([])
    await clock.advance(1)
    expect(taken).toEqual(['first'])
  })

  it('are described with their causes', () => {
    expect(describeStep('tcp', 'unreadable')).toBe('by TCP after an unreadable reply')
    expect(describeStep('no-edns', 'silence')).toBe('without EDNS as there was no answer')
  })
})
