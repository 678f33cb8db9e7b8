import { simulatedClock } from '@pstorage/discovery-core'
import { expect, it } from 'vitest'
import { FallbackMemory } from '../src/client/transaction/fallback-memory.js'
import { parseNameServer } from '../src/config/name-server.js'

const [first, second] = [parseNameServer('192.0.2.1'), parseNameServer('192.0.2.2')]

it('remembers for ten minutes that a server takes no cookies', async () => {
  const clock = simulatedClock()
  const memory = new FallbackMemory(clock)
  expect(memory.takesCookies(first)).toBe(true)
  memory.dropCookies(first)
  expect([first, second].map((server) => memory.takesCookies(server))).toEqual([false, true])
  await clock.advance(600_000)
  expect(memory.takesCookies(first)).toBe(true)
})

it('remembers for ten minutes which step has helped', async () => {
  const clock = simulatedClock()
  const memory = new FallbackMemory(clock)
  memory.heardEdns(first)
  expect(memory.knownStep(first)).toBeUndefined()
  memory.rememberStep(first, 'tcp')
  expect([first, second].map((server) => memory.knownStep(server))).toEqual(['tcp', undefined])
  await clock.advance(600_000)
  expect(memory.knownStep(first)).toBeUndefined()
})

it('forgets that EDNS was not answered once it is, and keeps that TCP has helped', () => {
  const memory = new FallbackMemory(simulatedClock())
  memory.rememberStep(first, 'no-edns')
  memory.rememberStep(second, 'tcp')
  for (const server of [first, second]) memory.heardEdns(server)
  expect([first, second].map((server) => memory.knownStep(server))).toEqual([undefined, 'tcp'])
})

it('remembers 256 servers at most, those that it met last', () => {
  const memory = new FallbackMemory(simulatedClock())
  memory.dropCookies(first)
  for (let port = 1; port <= 256; port += 1) memory.dropCookies(parseNameServer(`192.0.2.3:${port}`))
  expect(memory.takesCookies(first)).toBe(true)
  expect(memory.takesCookies(parseNameServer('192.0.2.3:1'))).toBe(false)
})
