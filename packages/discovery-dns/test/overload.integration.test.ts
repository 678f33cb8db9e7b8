import { setTimeout } from 'node:timers/promises'
import { type ResolveReport, resolveCluster, type SimulatedClock, simulatedClock } from '@pstorage/discovery-core'
import { type HostileQuery, hostileServer, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'
import { domain } from './good-zone.js'
import { resolvConfFile } from './resolv-conf-file.js'

const RESOLVES = 600

/** Every cluster exists, with the address of its MDS along. */
const found = (query: HostileQuery): Buffer => {
  return reply(query, {
    answers: [{ name: query.name, type: 'SRV', port: 2510, target: `h1.${domain}` }],
    additionals: [{ name: `h1.${domain}`, type: 'A', address: '192.0.2.1' }],
  })
}
const refused = (query: HostileQuery): Buffer => reply(query, { rcode: 'REFUSED' })

/** A forwarder that bears so many questions at once, each of which takes it so many milliseconds. */
function forwarder(
  clock: SimulatedClock,
  bears: number,
  pause: number,
  denies: (query: HostileQuery) => boolean = () => false,
) {
  let inFlight = 0
  return async function* (query: HostileQuery): AsyncGenerator<Uint8Array> {
    if (inFlight >= bears || denies(query)) return yield refused(query)
    inFlight += 1
    await clock.sleep(pause)
    inFlight -= 1
    yield found(query)
  }
}

interface AskOptions {
  readonly resolves?: number
  readonly resolvConf?: string
}

/** Resolves many clusters at once, in simulated time. */
async function resolvedAtOnce(
  server: string,
  clock: SimulatedClock,
  { resolves = RESOLVES, resolvConf }: AskOptions = {},
): Promise<readonly ResolveReport[]> {
  const domains = resolvConf === undefined ? [domain] : undefined
  await using resolver = dnsResolver({ servers: [server], domains, resolvConf, clock })
  const clusters = Array.from({ length: resolves }, (_, index) => `cluster-${index}`)
  let isOver = false
  const reports = Promise.all(clusters.map((cluster) => resolveCluster(resolver, cluster))).finally(() => {
    isOver = true
  })
  while (!isOver) {
    for (let turns = 0; turns < 40; turns += 1) await new Promise(setImmediate)
    // A busy kernel hands on what is sent on loopback a moment later.
    await setTimeout(2)
    if (!isOver) await clock.advance(10)
  }
  return reports
}

const outcomesOf = (reports: readonly ResolveReport[]): Readonly<Record<string, number>> => {
  const outcomes: Record<string, number> = {}
  for (const { outcome } of reports) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  return outcomes
}

describe('a server that refuses what is too much at once', () => {
  it.each([
    [150, 0],
    [150, 300],
    [40, 50],
    [10, 20],
  ])('DNS-42: bears %d, of %d ms each: all are answered', async (bears, pause) => {
    const clock = simulatedClock()
    await using server = await hostileServer({ udp: forwarder(clock, bears, pause), tcp: 'closed' })
    expect(outcomesOf(await resolvedAtOnce(server.server, clock))).toEqual({ found: RESOLVES })
  })

  it('DNS-42: also where it refuses some of them for what they are', async () => {
    const denies = ({ name }: HostileQuery) => /cluster-\d*50\./.test(name)
    const clock = simulatedClock()
    await using server = await hostileServer({ udp: forwarder(clock, 60, 20, denies), tcp: 'closed' })
    const reports = await resolvedAtOnce(server.server, clock)
    expect(outcomesOf(reports)).toEqual({ found: 594, undetermined: 6 })
    expect(reports[50]?.attempts).toMatchObject([{ status: 'refused', error: { code: 'REFUSED' } }])
  })

  it('DNS-42: over TCP alone', async () => {
    await using file = await resolvConfFile(`search ${domain}\noptions use-vc\n`)
    const clock = simulatedClock()
    await using server = await hostileServer({ udp: 'closed', tcp: forwarder(clock, 50, 20) })
    const options = { resolves: 200, resolvConf: file.path }
    expect(outcomesOf(await resolvedAtOnce(server.server, clock, options))).toEqual({ found: 200 })
  })
})

describe('a server that refuses all questions', () => {
  it('DNS-42: is asked once where nothing else is asked', async () => {
    await using server = await hostileServer({ udp: refused })
    expect(outcomesOf(await resolvedAtOnce(server.server, simulatedClock(), { resolves: 1 }))).toEqual({
      undetermined: 1,
    })
    expect(server.queries).toHaveLength(1)
  })

  it('DNS-42: is asked a second time where much is asked at once, and seldom more often', async () => {
    await using server = await hostileServer({ udp: refused })
    const reports = await resolvedAtOnce(server.server, simulatedClock())
    expect(outcomesOf(reports)).toEqual({ undetermined: RESOLVES })
    for (const { attempts } of reports) expect(attempts[0]).toMatchObject({ status: 'refused' })
    expect(server.queries.length).toBeLessThan(2.5 * RESOLVES)
    expect(Math.max(...reports.map(({ attempts }) => attempts[0]?.elapsedMs ?? 0))).toBeLessThan(1_000)
  })
})
