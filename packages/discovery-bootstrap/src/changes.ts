import { setMaxListeners } from 'node:events'
import { type ClusterName, DiscoveryError, parseClusterName, type QueryOptions } from '@pstorage/discovery-core'
import { type ListChangesOptions, listChanges } from './list-changes.js'
import { backendName } from './list-source.js'

/** Hints that asking again is worth it; `Resolver.changes` of core. */
export type Changes = (cluster: ClusterName | undefined, options?: QueryOptions) => AsyncIterable<void>

/**
 * Makes the `changes` of a resolver. A stream of hints ends when its signal or `disposal` aborts, or it is left: also while
 * a hint is being waited for. It lives for months, so that `timeout` has no part in it.
 */
export function changesOf(options: Omit<ListChangesOptions, 'cluster' | 'signal'>, disposal: AbortSignal): Changes {
  return (cluster, { signal } = {}) => {
    const over = new AbortController()
    const end = (): void => {
      over.abort()
      // When no hint is being waited for, nothing else lets go of the watches.
      void hints.return()
    }
    async function* run(): AsyncGenerator<void, void, void> {
      const checked = cluster === undefined ? undefined : parseClusterName(cluster)
      if (disposal.aborted)
        throw new DiscoveryError('ERR_RESOLVER_DISPOSED', `the resolver ${backendName} was disposed`)
      if (signal?.aborted) return
      // One signal may end thousands of them, and no listener outlives its stream.
      setMaxListeners(0, disposal, ...(signal === undefined ? [] : [signal]))
      signal?.addEventListener('abort', end, { once: true })
      disposal.addEventListener('abort', end, { once: true })
      try {
        yield* listChanges({ ...options, cluster: checked, signal: over.signal })
      } finally {
        signal?.removeEventListener('abort', end)
        disposal.removeEventListener('abort', end)
      }
    }
    const hints = run()
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => hints.next(),
        // A generator alone would go on waiting for the next hint.
        return() {
          end()
          return hints.return()
        },
      }),
    }
  }
}
