import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { eventQueue } from '../src/runtime/event-queue.js'

function* numbers(count: number, made: { count: number } = { count: 0 }): Generator<number> {
  for (let number = 1; number <= count; number += 1) {
    made.count = number
    yield number
  }
}

async function all(queue: ReturnType<typeof eventQueue<number>>): Promise<number[]> {
  const read: number[] = []
  for (let next = await queue.next(); next !== undefined; next = queue.take() ?? (await queue.next())) read.push(next)
  return read
}

describe('the queue of events', () => {
  it.each([0, 1, 1_023, 1_024, 1_025, 5_000])(
    'gives %i that are made one by one between others, in order',
    async (count) => {
      const queue = eventQueue<number>()
      queue.push(-1)
      queue.pushAll(numbers(count))
      queue.pushAll([])
      queue.push(-2)
      queue.close()
      queue.push(-3)
      expect(await all(queue)).toEqual([-1, ...numbers(count), -2])
      expect(await queue.next()).toBeUndefined()
    },
  )

  it('makes each when it is its turn', async () => {
    const queue = eventQueue<number>()
    const made = { count: 0 }
    queue.pushAll(numbers(100, made))
    expect([await queue.next(), queue.take(), made.count]).toEqual([1, 2, 2])
  })

  it('lets timers have their turn although there is always more', async () => {
    const queue = eventQueue<number>()
    queue.pushAll(numbers(10_000))
    queue.close()
    let turns = 0
    const counting = (async () => {
      for (; turns < 4; turns += 1) await nextTurn()
    })()
    expect(await all(queue)).toHaveLength(10_000)
    await counting
    expect(turns).toBe(4)
  })

  it('keeps the reason of a failure from who rests', async () => {
    const queue = eventQueue<number>()
    const reason = new Error('enough')
    queue.pushAll(numbers(10_000))
    const reading = all(queue)
    queue.fail(reason)
    await expect(reading).rejects.toBe(reason)
    queue.push(1)
    expect(queue.take()).toBeUndefined()
  })

  it('has room until much lies ready, and again when it is read, or nobody wants it', async () => {
    const queue = eventQueue<number>()
    for (const number of numbers(1_023)) queue.push(number)
    expect(queue.room()).toBeUndefined()
    queue.push(1_024)
    const room = queue.room()
    expect(queue.room()).toBe(room)
    queue.take()
    await room
    expect(queue.room()).toBeUndefined()
    queue.push(1_025)
    const next = queue.room()
    queue.fail(new Error('enough'))
    await next
  })

  it('stays in order while it is written and read for long', async () => {
    const queue = eventQueue<number>()
    const read: (number | undefined)[] = []
    for (const number of numbers(3_000)) queue.push(number)
    for (const number of numbers(7_000)) {
      read.push(queue.take())
      queue.push(3_000 + number)
    }
    queue.close()
    expect([...read, ...(await all(queue))]).toEqual([...numbers(10_000)])
  })
})
