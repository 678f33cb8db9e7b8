import { setImmediate as turn } from 'node:timers/promises'
import { systemClock } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { SocketLeases } from '../src/client/socket-leases.js'
import type { ExchangePlan } from '../src/client/transaction/exchange-plan.js'
import { ServerHealth } from '../src/client/transaction/server-health.js'
import { Transaction } from '../src/client/transaction/transaction.js'
import { parseNameServer } from '../src/config/name-server.js'
import { SocketSemaphore } from '../src/transport/socket-semaphore.js'
import { plainTransport } from '../src/transport/transport.js'
import { name } from './records.js'

const { signal: never } = new AbortController()

describe('SocketSlots', () => {
  it('gives out as many as there are, and the rest in line', async () => {
    const slots = new SocketSemaphore(2)
    const order: string[] = []
    const acquire = async (who: string) => {
      const release = await slots.acquire(never)
      order.push(who)
      return release
    }
    const held = [acquire('a'), acquire('b'), acquire('c'), acquire('d')]
    await turn()
    expect(order).toEqual(['a', 'b'])
    const [first] = await Promise.all(held.slice(0, 2))
    first?.()
    expect(slots.acquireNow()).toBeUndefined()
    await turn()
    expect(order).toEqual(['a', 'b', 'c'])
  })

  it('lets those leave the line who want no more', async () => {
    const slots = new SocketSemaphore(1)
    const release = await slots.acquire(never)
    const leaving = new AbortController()
    const left = slots.acquire(leaving.signal)
    const stays = slots.acquire(never)
    leaving.abort()
    expect(await left).toBeUndefined()
    release?.()
    expect(await stays).toBeTypeOf('function')
    expect(await slots.acquire(leaving.signal)).toBeUndefined()
  })

  it('has a slot again when it is given back', () => {
    const slots = new SocketSemaphore(1)
    for (let round = 0; round < 3; round += 1) {
      const release = slots.acquireNow()
      expect(release).toBeTypeOf('function')
      expect(slots.acquireNow()).toBeUndefined()
      release?.()
    }
  })
})

const waiter = { signal: () => never }

/** A server that is never asked: it only holds a slot. */
function server(): Transaction {
  const asked = parseNameServer('192.0.2.1')
  const plan: ExchangePlan = {
    question: { name: name('a.test'), type: 1 },
    servers: [asked],
    listed: [asked],
    mayDeny: true,
    denials: 'proven',
    interval: 400,
    rounds: 1,
    tcpOnly: false,
    converse: plainTransport(systemClock).own,
    authenticData: false,
    randomCase: false,
    cookies: undefined,
    slots: new SocketSemaphore(1),
    health: new ServerHealth(systemClock),
    clock: systemClock,
  }
  return new Transaction(plan, asked, { ...waiter, answered: () => {}, overloaded: () => {}, failed: () => {} })
}

describe('ExchangeSlots', () => {
  it('gives a further server the slot of the one asked first, rather than to wait', async () => {
    const slots = new SocketLeases(new SocketSemaphore(1))
    const [first, second] = [server(), server()]
    expect(await slots.give(first, waiter)).toBe(true)
    expect(await slots.give(first, waiter)).toBe(true)
    expect(await slots.give(second, waiter)).toBe(true)
    slots.takeBack(second)
    expect(await slots.give(first, waiter)).toBe(true)
  })

  it('takes free slots before those of its own', async () => {
    const all = new SocketSemaphore(2)
    const slots = new SocketLeases(all)
    await slots.give(server(), waiter)
    await slots.give(server(), waiter)
    expect(all.acquireNow()).toBeUndefined()
    slots.releaseAll()
    expect([all.acquireNow(), all.acquireNow(), all.acquireNow()].map((each) => each === undefined)).toEqual([
      false,
      false,
      true,
    ])
  })

  it('keeps the slot of a server that has failed, and gives back all at the end', async () => {
    const all = new SocketSemaphore(1)
    const slots = new SocketLeases(all)
    const first = server()
    await slots.give(first, waiter)
    slots.takeBack(first)
    slots.takeBack(first)
    expect(all.acquireNow()).toBeUndefined()
    slots.releaseAll()
    slots.releaseAll()
    expect(all.acquireNow()).toBeTypeOf('function')
    expect(all.acquireNow()).toBeUndefined()
  })

  it('is without a slot when the waiting is over', async () => {
    const all = new SocketSemaphore(1)
    all.acquireNow()
    const over = new AbortController()
    const waiting = new SocketLeases(all).give(server(), { signal: () => over.signal })
    over.abort()
    expect(await waiting).toBe(false)
  })
})
