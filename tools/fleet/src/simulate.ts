import { seededRandom, simulatedClock } from '@pstorage/discovery-core'
import { NameServer } from './name-server.js'
import { startWatcher } from './watcher.js'

/** The simulation. All watches start at the same moment, which is the worst case. */
export interface Scenario {
  readonly watchers: number
  /** Of the records, in seconds. */
  readonly ttl: number
  /** Times at which the server goes down, comes back, and the simulation ends, in seconds. */
  readonly outage: { readonly from: number; readonly to: number }
  readonly end: number
  /** The time over which questions are counted to find the peak, in seconds. */
  readonly window: number
  readonly seed: number
}

/** The result of a simulation. */
export interface FleetResult {
  /** Questions in all, the first one of each watcher left out. */
  readonly questions: number
  /** By how many of 100 that is more than one question of each watcher for each TTL. */
  readonly overTtl: number
  /** Questions in a second, on the average. */
  readonly mean: number
  /** The fullest window while the server was up, and while it was down, as a multiple of the mean. */
  readonly peak: { readonly up: number; readonly down: number }
  /** Watchers that were fresh again at the end. */
  readonly recovered: number
  /** Seconds from the return of the server until the last of them was. */
  readonly recoveredAfter: number
  /** Watchers that saw an empty set after one that was not. */
  readonly sawEmpty: number
  /** Timers that are left when all watches have ended. */
  readonly leftTimers: number
}

const SECOND = 1_000

/** Lets a fleet of watchers live through an outage of their only name server, in simulated time. */
export async function simulate({ watchers, ttl, outage, end, window, seed }: Scenario): Promise<FleetResult> {
  const clock = simulatedClock()
  const random = seededRandom(seed)
  const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3']
  const server = new NameServer({ clock, random, ttl, addresses })
  const fleet = Array.from({ length: watchers }, () => startWatcher(server.resolver(), clock, random))

  await clock.advance(outage.from * SECOND)
  server.isUp = false
  await clock.advance((outage.to - outage.from) * SECOND)
  server.isUp = true
  await clock.advance((end - outage.to) * SECOND)

  const recovered = fleet.filter(({ isFresh }) => isFresh)
  const result = {
    ...load(server.askedAt.slice(watchers), { watchers, ttl, outage, end, window }),
    recovered: recovered.length,
    recoveredAfter: Math.max(0, ...recovered.map(({ freshSince }) => freshSince / SECOND - outage.to)),
    sawEmpty: fleet.filter(({ sawEmpty }) => sawEmpty).length,
  }
  await Promise.all(fleet.map((watcher) => watcher[Symbol.asyncDispose]()))
  return { ...result, leftTimers: clock.sleepers }
}

function load(askedAt: readonly number[], scenario: Omit<Scenario, 'seed'>) {
  const { watchers, ttl, outage, end, window } = scenario
  const windows = Array.from({ length: Math.ceil(end / window) }, () => 0)
  for (const at of askedAt) {
    const index = Math.floor(at / SECOND / window)
    windows[index] = (windows[index] ?? 0) + 1
  }
  const mean = askedAt.length / end
  const isDown = (index: number): boolean => index * window >= outage.from && index * window < outage.to
  const peakOf = (some: readonly number[]): number => some.reduce((most, one) => Math.max(most, one), 0) / window / mean
  return {
    questions: askedAt.length,
    overTtl: (askedAt.length / ((watchers * end) / ttl) - 1) * 100,
    mean,
    peak: {
      up: peakOf(windows.filter((_, index) => !isDown(index))),
      down: peakOf(windows.filter((_, index) => isDown(index))),
    },
  }
}
