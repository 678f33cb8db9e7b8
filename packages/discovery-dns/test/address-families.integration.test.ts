import { setTimeout } from 'node:timers/promises'
import { resolveCluster, simulatedClock } from '@pstorage/discovery-core'
import { type DnsRecord, type HostileQuery, hostileServer } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'
import { codesOf, endpointsOf } from './asked.js'
import { answer, domain, goodRecords } from './good-zone.js'

const [A, AAAA] = [1, 28]
const both: readonly DnsRecord[] = [...goodRecords, { name: `h1.${domain}`, type: 'AAAA', address: '2001:db8::1' }]
const onlyIpv6 = both.filter(({ type }) => type !== 'A')
const sockets = () => process.getActiveResourcesInfo().filter((type) => type === 'UDPWrap').length

/** A server in simulated time, which answers for one type of records only when it is let. */
async function withoutAnswersFor(type: number, records: readonly DnsRecord[] = both) {
  const clock = simulatedClock()
  let answerNow = (): void => {}
  const released = new Promise<void>((resolve) => {
    answerNow = resolve
  })
  const answered = new Set<number>()
  const server = await hostileServer({
    async *udp(query: HostileQuery) {
      if (query.type === type) await released
      answered.add(query.type)
      yield answer(query, records)
    },
  })
  const resolver = dnsResolver({ servers: [server.server], domains: [domain], clock })
  return {
    clock,
    answerNow,
    /** Resolves once the server has answered for the other type, and that has arrived. */
    async otherAnswered() {
      while (!answered.has(type === A ? AAAA : A)) await new Promise(setImmediate)
      for (let turns = 0; turns < 40; turns += 1) await new Promise(setImmediate)
      // A busy kernel hands on what is sent on loopback a moment later.
      await setTimeout(2)
    },
    resolve: () => resolveCluster(resolver, 'alpha'),
    async [Symbol.asyncDispose]() {
      answerNow()
      await resolver[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

describe('the addresses of a target, of which one family is not answered for', () => {
  it.each([
    ['AAAA', AAAA, '192.0.2.1:2510'],
    ['A', A, '[2001:db8::1]:2510'],
  ] as const)('SRV-11: %s is waited for 250 ms once the other is there', async (_, type, endpoint) => {
    await using server = await withoutAnswersFor(type)
    const report = server.resolve()
    await server.otherAnswered()
    await server.clock.advance(250)
    // No more time passes.
    expect(endpointsOf(await report)).toEqual([endpoint])
    expect(codesOf(await report)).toEqual(['srv-target-incomplete'])
    expect((await report).warnings[0]?.message).toContain('gave no answer')
  })

  it('SRV-11: what comes within 250 ms is used', async () => {
    await using server = await withoutAnswersFor(AAAA)
    const report = server.resolve()
    await server.otherAnswered()
    await server.clock.advance(249)
    server.answerNow()
    expect(endpointsOf(await report).toSorted()).toEqual(['192.0.2.1:2510', '[2001:db8::1]:2510'])
    expect(codesOf(await report)).toEqual([])
  })

  it('SRV-11: that there are none of one family cuts nothing short', async () => {
    await using server = await withoutAnswersFor(AAAA, onlyIpv6)
    const report = server.resolve()
    await server.otherAnswered()
    await server.clock.advance(399)
    server.answerNow()
    expect(endpointsOf(await report)).toEqual(['[2001:db8::1]:2510'])
    expect(codesOf(await report)).toEqual([])
  })

  it('SRV-11: what was not waited for is closed at once', async () => {
    await using server = await withoutAnswersFor(AAAA)
    const before = sockets()
    const report = server.resolve()
    await server.otherAnswered()
    await server.clock.advance(250)
    await report
    expect(server.clock.sleepers).toBe(0)
    // A socket that was closed is counted until the event loop comes round.
    while (sockets() > before) await new Promise(setImmediate)
  })
})
