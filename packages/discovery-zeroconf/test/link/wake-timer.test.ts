import { describe, expect, it } from 'vitest'
import { WakeTimer } from '../../src/link/wake-timer.js'

/** An alarm in a process whose timers run only when it is sent so. */
function scene() {
  const time = { now: 1_000, wake: (): void => undefined }
  const clock = {
    now: () => time.now,
    sleep: (_: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        time.wake = resolve
        signal?.addEventListener('abort', () => reject(signal.reason))
      }),
  }
  return { time, alarm: new WakeTimer(clock, new AbortController().signal) }
}

describe('WakeTimer', () => {
  it.each([
    ['in time', 2_000, 2_000, 0],
    ['a little late, as timers are', 2_000, 2_040, 0],
    ['late, where the process was busy', 2_000, 5_000, 3_000],
    ['late for what was due when the wait began', 500, 3_000, 2_000],
  ])('wakes %s', async (_, due, now, late) => {
    const { time, alarm } = scene()
    const waiting = alarm.waitUntil(due)
    time.now = now
    // Who looks before the timer runs sees it too.
    expect(alarm.lateness).toBe(late)
    time.wake()
    expect(await waiting).toBe(late)
    expect(alarm.lateness).toBe(0)
  })

  it('is not late where it is rung', async () => {
    const { time, alarm } = scene()
    const waiting = alarm.waitUntil(10_000)
    time.now = 5_000
    alarm.wake()
    expect(await waiting).toBe(0)
    expect(alarm.lateness).toBe(0)
  })
})
