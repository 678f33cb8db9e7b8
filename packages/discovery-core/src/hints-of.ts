import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ClusterName } from './cluster-name.js'
import type { Watching } from './hint-stream.js'
import type { Resolver } from './resolver.js'

/** What a resolver that is made of others passes on of their hints; nothing where none of them can tell. */
export function hintsOf(
  resolvers: readonly Resolver[],
): ((cluster: ClusterName | undefined, watching: Watching) => Promise<void>) | undefined {
  const telling = resolvers.filter(({ changes }) => changes !== undefined)
  if (telling.length === 0) return undefined
  return async (cluster, watching) => {
    await Promise.all(telling.map((resolver) => passOn(resolver, cluster, watching)))
  }
}

/** One that fails gives no hints, and takes none from the others. */
async function passOn(resolver: Resolver, cluster: ClusterName | undefined, watching: Watching): Promise<void> {
  try {
    for await (const _ of resolver.changes?.(cluster, { signal: watching.signal }) ?? []) {
      if (watching.signal.aborted) return
      watching.hint()
      // One that always has a next hint would starve timers and sockets, and with them whoever wants it to stop.
      await nextTurn()
    }
  } catch {
    // Hints are a help: whoever waits for them also asks from time to time without.
  }
}
