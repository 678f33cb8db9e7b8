import { type Clock, type EndpointWatchEvent, type Random, type Resolver, watch } from '@pstorage/discovery-core'

/** Observations of one watcher. */
export interface Watcher extends AsyncDisposable {
  /** True where its last report was confirmed. */
  readonly isFresh: boolean
  /** Time of that report, in milliseconds of the clock. */
  readonly freshSince: number
  /** True where it has seen results and later none. */
  readonly sawEmpty: boolean
}

/** Watches one cluster, and believes every event. */
export function startWatcher(resolver: Resolver, clock: Clock, random: Random): Watcher {
  const watching = watch(resolver, 'alpha', { clock, random })
  let [isFresh, freshSince, sawEmpty, known] = [false, Number.POSITIVE_INFINITY, false, 0]

  const hear = (event: EndpointWatchEvent): void => {
    const before = known
    if (event.type === 'snapshot') known = event.endpoints.length
    if (event.type === 'added') known += 1
    if (event.type === 'removed') known -= 1
    sawEmpty ||= before > 0 && known === 0
    const wasFresh = isFresh
    if (event.type === 'snapshot') isFresh = event.outcome === 'found'
    if (event.type === 'stale' || event.type === 'recovered') isFresh = event.type === 'recovered'
    if (isFresh && !wasFresh) freshSince = clock.now()
  }
  const reading = (async () => {
    for await (const event of watching) hear(event)
  })()

  return {
    get isFresh() {
      return isFresh
    },
    get freshSince() {
      return freshSince
    },
    get sawEmpty() {
      return sawEmpty
    },
    async [Symbol.asyncDispose]() {
      await watching[Symbol.asyncDispose]()
      await reading
      await resolver[Symbol.asyncDispose]()
    },
  }
}
