import { setImmediate } from 'node:timers/promises'
import { type ResolveReport, resolveCluster, simulatedClock } from '@pstorage/discovery-core'
import { type HostileQuery, type HostileServer, hostileServer } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'
import { answer, domain } from './good-zone.js'
import { resolvConfFile } from './resolv-conf-file.js'

/** Two servers, the first of which answers only when it is let, and a resolver in simulated time. */
async function twoServers(resolvConf?: string) {
  const clock = simulatedClock()
  let isBack = false
  const first = await hostileServer({
    udp: (query: HostileQuery) => (isBack ? answer(query) : undefined),
    tcp: (query: HostileQuery) => (isBack ? answer(query) : []),
  })
  const second = await hostileServer({ udp: answer, tcp: answer })
  const servers = [first.server, second.server]
  const resolver = dnsResolver({
    servers,
    clock,
    ...(resolvConf === undefined ? { domains: [domain] } : { resolvConf }),
  })
  return {
    clock,
    first,
    second,
    /** The first one answers from now on. */
    comeBack() {
      isBack = true
    },
    /** Resolves without letting any time pass. */
    ask: (): Promise<ResolveReport> => resolveCluster(resolver, 'alpha'),
    /** Resolves while the first one uses up its time. */
    async askInVain(): Promise<ResolveReport> {
      const report = resolveCluster(resolver, 'alpha')
      await first.received(first.queries.length + 1)
      await clock.advance(400)
      return report
    },
    async [Symbol.asyncDispose]() {
      await resolver[Symbol.asyncDispose]()
      await Promise.all([first, second].map((server) => server[Symbol.asyncDispose]()))
    },
  }
}

const answeredBy = ({ attempts }: ResolveReport): string | null | undefined => attempts[0]?.server
const asked = ({ queries }: HostileServer): number => queries.length

describe('a server that has not answered', () => {
  it('DNS-13: rests: the next questions go to the healthy one at once', async () => {
    await using servers = await twoServers()
    expect(answeredBy(await servers.askInVain())).toBe(servers.second.server)
    const before = asked(servers.first)
    for (let round = 0; round < 5; round += 1) expect(answeredBy(await servers.ask())).toBe(servers.second.server)
    expect(asked(servers.first)).toBe(before)
  })

  it('DNS-13: is asked once beside the healthy one after 30 s, and costs that no time', async () => {
    await using servers = await twoServers()
    await servers.askInVain()
    const before = asked(servers.first)
    await servers.clock.advance(30_000)
    for (let round = 0; round < 5; round += 1) expect(answeredBy(await servers.ask())).toBe(servers.second.server)
    await servers.first.received(before + 1)
    expect(asked(servers.first)).toBe(before + 1)
  })

  it('DNS-13: is the first again once it has answered', async () => {
    await using servers = await twoServers()
    await servers.askInVain()
    servers.comeBack()
    await servers.clock.advance(30_000)
    const before = asked(servers.first)
    await servers.ask()
    await servers.first.received(before + 1)
    // Its reply is on the way; the questions until it is here go to the second.
    while (answeredBy(await servers.ask()) !== servers.first.server) expect(asked(servers.first)).toBe(before + 1)
  })

  it('DNS-13: is asked all the same when nobody else answers', async () => {
    await using servers = await twoServers()
    await servers.askInVain()
    servers.comeBack()
    await servers.second[Symbol.asyncDispose]()
    expect(answeredBy(await servers.ask())).toBe(servers.first.server)
    expect(answeredBy(await servers.ask())).toBe(servers.first.server)
  })

  it('DNS-13: over TCP alone it is asked again after 30 s', async () => {
    await using file = await resolvConfFile(`search ${domain}\noptions use-vc\n`)
    await using servers = await twoServers(file.path)
    expect(answeredBy(await servers.askInVain())).toBe(servers.second.server)
    expect(answeredBy(await servers.ask())).toBe(servers.second.server)
    servers.comeBack()
    await servers.clock.advance(30_000)
    expect(answeredBy(await servers.ask())).toBe(servers.first.server)
  })

  it('DNS-13: leaves no socket behind when the resolver is disposed while it is looked after', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((type) => type === 'UDPWrap').length
    const servers = await twoServers()
    await servers.askInVain()
    await servers.clock.advance(30_000)
    await servers.ask()
    await servers[Symbol.asyncDispose]()
    // A socket that was closed is counted until the event loop comes round; one that was not would be counted for ever.
    while (sockets() > 0) await setImmediate()
  })
})
