import { resolveCluster } from '@pstorage/discovery-core'
import { type HostileQuery, type HostileServer, hostileServer, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'
import { endpointsOf } from './asked.js'
import { answer, domain, goodEndpoint } from './good-zone.js'
import { resolvConfFile } from './resolv-conf-file.js'

const SRV = 33
const servicesAsked = ({ queries }: HostileServer): number => queries.filter(({ type }) => type === SRV).length

/** A server that answers when it is let, and a resolver that asks it. */
async function waitingServer() {
  let letAnswer = (): void => {}
  const waits = new Promise<void>((resolve) => {
    letAnswer = resolve
  })
  const server = await hostileServer({
    async *udp(query: HostileQuery) {
      await waits
      yield answer(query)
    },
  })
  const resolver = dnsResolver({ servers: [server.server], domains: [domain] })
  return {
    server,
    resolver,
    answer: letAnswer,
    async [Symbol.asyncDispose]() {
      letAnswer()
      await resolver[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

describe('equal questions at the same time', () => {
  it('are asked once, whatever their letter case', async () => {
    await using waiting = await waitingServer()
    const resolving = ['alpha', 'ALPHA', 'alpha'].map((cluster) => resolveCluster(waiting.resolver, cluster))
    await waiting.server.received(1, 'udp')
    waiting.answer()
    for (const report of await Promise.all(resolving)) expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(servicesAsked(waiting.server)).toBe(1)
  })

  it('are asked again once they are answered', async () => {
    await using waiting = await waitingServer()
    waiting.answer()
    for (let round = 1; round <= 3; round += 1) {
      await resolveCluster(waiting.resolver, 'alpha')
      expect(servicesAsked(waiting.server)).toBe(round)
    }
  })

  it('different ones are each asked', async () => {
    await using waiting = await waitingServer()
    waiting.answer()
    await Promise.all(['alpha', 'beta'].map((cluster) => resolveCluster(waiting.resolver, cluster)))
    expect(servicesAsked(waiting.server)).toBe(2)
  })

  it('an abort ends one of them alone', async () => {
    await using waiting = await waitingServer()
    const controller = new AbortController()
    const aborted = resolveCluster(waiting.resolver, 'alpha', { signal: controller.signal })
    const other = resolveCluster(waiting.resolver, 'alpha')
    await waiting.server.received(1, 'udp')
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    waiting.answer()
    expect(endpointsOf(await other)).toEqual([goodEndpoint])
    expect(servicesAsked(waiting.server)).toBe(1)
  })

  it('each keeps its own deadline, and says who did not answer it', async () => {
    await using waiting = await waitingServer()
    const long = resolveCluster(waiting.resolver, 'alpha', { timeout: 10_000 })
    const short = await resolveCluster(waiting.resolver, 'alpha', { timeout: 50 })
    expect(short).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'timeout', server: waiting.server.server }],
    })
    waiting.answer()
    expect(endpointsOf(await long)).toEqual([goodEndpoint])
  })

  it('the last one to leave closes the socket, and who comes then asks anew', async () => {
    await using waiting = await waitingServer()
    const controller = new AbortController()
    const { signal } = controller
    const leaving = [1, 2].map(() => resolveCluster(waiting.resolver, 'alpha', { signal }).catch(() => 'left'))
    await waiting.server.received(1, 'udp')
    controller.abort()
    const next = resolveCluster(waiting.resolver, 'alpha')
    expect(await Promise.all(leaving)).toEqual(['left', 'left'])
    waiting.answer()
    expect(endpointsOf(await next)).toEqual([goodEndpoint])
    const [first, second] = waiting.server.queries.filter(({ type }) => type === SRV)
    expect(second?.from.port).not.toBe(first?.from.port)
  })

  it('300 that come and go while replies are forged get the right answer, or were aborted', async () => {
    const forged = { name: `_pstorage._tcp.alpha.${domain}`, type: 'SRV', port: 666, target: `evil.${domain}` } as const
    await using server = await hostileServer({
      udp: (query) => {
        const another = Buffer.from(reply(query, { answers: [forged] }))
        another.writeUInt16BE(another.readUInt16BE(0) ^ 1, 0)
        return [another, answer(query)]
      },
    })
    await using resolver = dnsResolver({ servers: [server.server], domains: [domain] })
    const one = async (_: unknown, index: number): Promise<string> => {
      const controller = new AbortController()
      const resolving = resolveCluster(resolver, 'alpha', { signal: controller.signal })
      for (let turns = index % 7; turns > 0; turns -= 1) await new Promise(setImmediate)
      if (index % 3 === 0) controller.abort(new Error('left'))
      try {
        return JSON.stringify(endpointsOf(await resolving))
      } catch (error) {
        return (error as Error).message
      }
    }
    const results: string[] = []
    for (let round = 0; round < 10; round += 1) results.push(...(await Promise.all(Array.from({ length: 30 }, one))))
    const right = JSON.stringify([goodEndpoint])
    expect(results.filter((result) => result !== right && result !== 'left')).toEqual([])
    expect(results.filter((result) => result === right).length).toBeGreaterThanOrEqual(200)
  })

  it('two resolvers share nothing', async () => {
    await using waiting = await waitingServer()
    await using file = await resolvConfFile(`search ${domain}\n`)
    const resolver = (options: object) => dnsResolver({ servers: [waiting.server.server], ...options })
    await using one = resolver({ domains: [domain] })
    await using two = resolver({ resolvConf: file.path })
    const resolving = [one, two].map((each) => resolveCluster(each, 'alpha'))
    await waiting.server.received(2, 'udp')
    waiting.answer()
    for (const report of await Promise.all(resolving)) expect(endpointsOf(report)).toEqual([goodEndpoint])
  })
})
