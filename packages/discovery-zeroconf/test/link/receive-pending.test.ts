import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { receivePending } from '../../src/link/wake-timer.js'

/** Datagrams that lie in a socket, of which a turn of the event loop reads 32. */
function socketWith(count: number) {
  const state = { received: 0, isClosed: false }
  const read = async (): Promise<void> => {
    while (state.received < count && !state.isClosed) {
      await setImmediate()
      state.received += Math.min(32, count - state.received)
    }
  }
  void read()
  return state
}

it.each([0, 1, 32, 33, 500])('reads all of %i datagrams that have arrived', async (count) => {
  const socket = socketWith(count)
  await receivePending(() => socket.received)
  expect(socket.received).toBe(count)
})

it('ends although more comes all the time', async () => {
  const socket = socketWith(Number.POSITIVE_INFINITY)
  await receivePending(() => socket.received)
  const { received } = socket
  await setImmediate()
  await setImmediate()
  expect(socket.received).toBeGreaterThan(received) // more comes
  socket.isClosed = true
})
