import {
  discoverClusters,
  memoryResolver,
  mergeOf,
  type Resolver,
  resolveCluster,
  simulatedClock,
  watch,
} from '@pstorage/discovery-core'
import { inTurns } from '../compare.js'
import { spreadOf } from '../spread.js'
import { printRow, type Study } from './study.js'

/** The cost of larger inputs without a network, which is the cost of the library itself. */
export const growth: Study = {
  name: 'growth',
  description: 'clusters for discover, endpoints for resolve, backends composed, memory for each watcher',
  async run() {
    printRow(['clusters', 'discover us', 'us/cluster'])
    for (const count of [1, 10, 100, 1_000, 10_000]) {
      const resolver = memoryResolver({ clusters: clustersOf(count) })
      await printCost(count, () => discoverClusters(resolver))
    }
    printRow(['endpoints', 'resolve us', 'us/endpoint'])
    for (const count of [1, 10, 100, 1_000]) {
      const resolver = memoryResolver({ clusters: { alpha: addressesOf(count) } })
      await printCost(count, () => resolveCluster(resolver, 'alpha'))
    }
    printRow(['backends', 'resolve us', 'us/backend'])
    for (const count of [1, 2, 4, 8, 16]) {
      const resolver = mergeOf(Array.from({ length: count }, (_, index) => backend(index)))
      await printCost(count, () => resolveCluster(resolver, 'alpha'))
    }
    printRow(['watchers', 'KiB/watcher'])
    for (const count of [1, 10, 100, 1_000, 10_000]) printRow([String(count), await memoryOfWatchers(count)])
  },
}

function addressesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `192.0.${index >> 8}.${index & 255}`)
}

function clustersOf(count: number): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`cluster-${index}`, ['192.0.2.1']]))
}

function backend(index: number): Resolver {
  return memoryResolver({ name: `memory${index}`, clusters: { alpha: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] } })
}

async function printCost(count: number, work: () => Promise<unknown>): Promise<void> {
  const calls = Math.max(1, Math.round(1_000 / count))
  const { times } = await inTurns({ times: work }, { rounds: 11, calls })
  const microseconds = spreadOf(times).median / 1_000
  printRow([String(count), microseconds, microseconds / count])
}

/** The memory of each of so many watches after their first report. */
async function memoryOfWatchers(count: number): Promise<number> {
  const collect = globalThis.gc ?? (() => undefined)
  const resolver = memoryResolver({ clusters: { alpha: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] } })
  const clock = simulatedClock()
  collect()
  const before = process.memoryUsage().heapUsed
  const watches = Array.from({ length: count }, () => watch(resolver, 'alpha' as never, { clock }))
  const readers = watches.map((each) => each[Symbol.asyncIterator]())
  for (const reader of readers) await reader.next()
  collect()
  const after = process.memoryUsage().heapUsed
  await Promise.all(readers.map((reader) => reader.return?.()))
  return (after - before) / count / 1_024
}
