import { readdir } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Resources that a process holds. */
export interface Footprint {
  /** Bytes of resident memory. */
  readonly rss: number
  /** Bytes of objects that are still needed. */
  readonly heap: number
  /** Open file descriptors; 0 where the system does not tell. */
  readonly descriptors: number
  /** Sockets, timers and the like of the event loop. */
  readonly resources: number
  /** Listeners of the process itself. */
  readonly listeners: number
}

/** Measures this process after its garbage has been collected. */
export async function footprint(): Promise<Footprint> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void // what the flag exposes
  // Objects with finalisers need a second collection.
  for (let round = 0; round < 2; round += 1) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { rss, heapUsed } = process.memoryUsage()
  const descriptors = await readdir('/proc/self/fd').catch(() => [])
  return {
    rss,
    heap: heapUsed,
    descriptors: descriptors.length,
    resources: process.getActiveResourcesInfo().length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  }
}

/** Begins to measure how late turns of the event loop are. */
export function loopLag(): { stop(): number } {
  const resolution = 10
  const histogram = monitorEventLoopDelay({ resolution })
  histogram.enable()
  return {
    stop() {
      histogram.disable()
      return Math.max(0, histogram.percentile(99) / 1e6 - resolution)
    },
  }
}
