import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { startTimer, systemClock } from '../src/runtime/clock.js'

/** Does nothing else. */
function beBusy(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

it.each([
  ['startTimer', (onTime: () => void): unknown => startTimer(systemClock, 20, onTime)],
  ['sleep', (onTime: () => void): unknown => systemClock.sleep(20).then(onTime)],
] as const)('%s: what has arrived while the process was busy is read before a timer is due', async (_, start) => {
  const receiver = createSocket('udp4')
  receiver.bind(0, '127.0.0.1')
  await once(receiver, 'listening')
  const sender = createSocket('udp4')
  let received = 0
  receiver.on('message', () => {
    received += 1
  })
  // More than are read in one turn of the event loop.
  const sends = Array.from({ length: 100 }, () => {
    return new Promise((resolve) => sender.send('x', receiver.address().port, '127.0.0.1', resolve))
  })
  const receivedThen = new Promise<number>((resolve) => start(() => resolve(received)))
  // Sockets are sent from before timers run again, and read only after them.
  setImmediate(() => beBusy(60))
  await Promise.all(sends)
  expect(await receivedThen).toBe(100)
  receiver.close()
  sender.close()
})

it('a timer that was stopped does not call back, not even while it waits for what has arrived', async () => {
  let calls = 0
  const stop = startTimer(systemClock, 1, () => {
    calls += 1
  })
  await new Promise<void>((resolve) => setTimeout(resolve, 1))
  stop()
  for (let turns = 0; turns < 40; turns += 1) await new Promise(setImmediate)
  expect(calls).toBe(0)
})
