import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { untilAborted } from '../src/list/read-list-file.js'

const reason = new Error('enough')

describe('untilAborted', () => {
  it('leaves work that hangs as soon as the signal aborts', async () => {
    const abort = new AbortController()
    const waiting = untilAborted(new Promise(() => undefined), abort.signal)
    abort.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  })

  it('does not wait at all for a signal that has aborted', async () => {
    await expect(untilAborted(new Promise(() => undefined), AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  it('passes on what the work gives or throws, and leaves no listener', async () => {
    const { signal } = new AbortController()
    expect(await untilAborted(Promise.resolve(7), signal)).toBe(7)
    await expect(untilAborted(Promise.reject(reason), signal)).rejects.toBe(reason)
    expect(getEventListeners(signal, 'abort').length).toBe(0)
  })
})
