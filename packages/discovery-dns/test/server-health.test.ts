import { simulatedClock } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { ServerHealth } from '../src/client/transaction/server-health.js'
import { type NameServer, parseNameServer } from '../src/config/name-server.js'
import type { ServerFault } from '../src/reply/server-fault.js'

const [a, b, c] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((text) => parseNameServer(text)) as [
  NameServer,
  NameServer,
  NameServer,
] // three in, three out
const servers = [a, b, c]
const fault = (status: ServerFault['status']): ServerFault => ({ server: a, status, code: 'X', reason: 'x' })

describe('ServerHealth', () => {
  it('leaves the order alone while everybody answers', () => {
    const health = new ServerHealth(simulatedClock())
    health.heard(a)
    expect(health.inOrder(servers)).toBe(servers)
  })

  it.each([
    ['unreachable', [b, c, a]],
    ['timeout', [b, c, a]],
    ['refused', servers],
    ['failed', servers],
    ['malformed', servers],
  ] as const)('after %s', (status, expected) => {
    const health = new ServerHealth(simulatedClock())
    health.heard(a, fault(status))
    expect(health.inOrder(servers)).toEqual(expected)
  })

  it('keeps the order among those that rest, and leaves nobody out', () => {
    const health = new ServerHealth(simulatedClock())
    for (const server of [b, a]) health.silent(server)
    expect(health.inOrder(servers)).toEqual([c, a, b])
    health.silent(c)
    expect(health.inOrder(servers)).toEqual(servers)
  })

  it('puts a server back to its place as soon as it is heard', () => {
    const health = new ServerHealth(simulatedClock())
    health.silent(a)
    health.heard(a)
    expect(health.inOrder(servers)).toEqual(servers)
  })

  it('asks to look after a server once in 30 s', async () => {
    const clock = simulatedClock()
    const health = new ServerHealth(clock)
    health.silent(a)
    await clock.advance(29_999)
    expect(health.takeDue(servers)).toEqual([])
    await clock.advance(1)
    expect(health.takeDue(servers)).toEqual([a])
    expect(health.takeDue(servers)).toEqual([])
    expect(health.inOrder(servers)).toEqual([b, c, a])
    await clock.advance(30_000)
    expect(health.takeDue(servers)).toEqual([a])
  })

  it('looks after none when all rest, as they are asked anyway', async () => {
    const clock = simulatedClock()
    const health = new ServerHealth(clock)
    for (const server of servers) health.silent(server)
    await clock.advance(30_000)
    expect(health.takeDue(servers)).toEqual([])
  })

  it('ends rests by time alone where nobody can look', async () => {
    const clock = simulatedClock()
    const health = new ServerHealth(clock)
    health.silent(a)
    health.endRests()
    expect(health.inOrder(servers)).toEqual([b, c, a])
    await clock.advance(30_000)
    health.endRests()
    expect(health.inOrder(servers)).toBe(servers)
  })
})
