import { setTimeout as sleep } from 'node:timers/promises'
import { type EndpointWatchEvent, watch } from '@pstorage/discovery-core'
import { dnsResolver } from '@pstorage/discovery-dns'
import { churnDomain, clusterAt } from './churning-server.js'
import { type Footprint, footprint, loopLag } from './footprint.js'

/** Length of a soak, and the number of clusters that it watches. */
export interface SoakPlan {
  readonly server: string
  readonly clusters: number
  /** Milliseconds before the first measurement: what is needed once is needed then. */
  readonly warmUp: number
  /** Milliseconds from the first to the last measurement. */
  readonly duration: number
}

/** Observations of a soak. */
export interface SoakResult {
  readonly before: Footprint
  readonly after: Footprint
  /** Of 100 turns of the event loop, 99 were late by less, in milliseconds. */
  readonly lagP99: number
  /** Events of all watches, by type. */
  readonly events: Readonly<Record<string, number>>
  /** Watches that ended, or never saw a result. */
  readonly lost: number
  /** The same process after everything has been closed. */
  readonly closed: Footprint
}

/** Watches clusters for a time, and measures this process. */
export async function soak({ server, clusters, warmUp, duration }: SoakPlan): Promise<SoakResult> {
  const events: Record<string, number> = {}
  const resolver = dnsResolver({ servers: [server], domains: [churnDomain] })
  const watches = Array.from({ length: clusters }, (_, index) =>
    watch(resolver, clusterAt(index), { floor: 1_000, retry: 1_000, retryCeiling: 5_000 }),
  )
  const seen = new Set<number>()
  let isOver = false
  let lost = 0
  const reading = watches.map(async (watching, index) => {
    for await (const event of watching) {
      events[event.type] = (events[event.type] ?? 0) + 1
      if (hasResults(event)) seen.add(index)
    }
    if (!isOver) lost += 1
  })

  await sleep(warmUp)
  const before = await footprint()
  const lag = loopLag()
  await sleep(duration)
  const lagP99 = lag.stop()
  const after = await footprint()

  isOver = true
  await Promise.all(watches.map((watching) => watching[Symbol.asyncDispose]()))
  await Promise.all(reading)
  await resolver[Symbol.asyncDispose]()
  return { before, after, lagP99, events, lost: lost + clusters - seen.size, closed: await footprint() }
}

function hasResults(event: EndpointWatchEvent): boolean {
  return event.type === 'added' || (event.type === 'snapshot' && event.endpoints.length > 0)
}
