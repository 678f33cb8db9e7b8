import type { ClusterName } from '@pstorage/discovery-core'
import type { Interest } from './interest.js'
import type { NetworkWatch } from './network-watch.js'

/** Whose changes are told, and until when. */
export interface WatchChangesOptions {
  readonly network: NetworkWatch
  /** `undefined` for the names of all. */
  readonly cluster: ClusterName | undefined
  readonly signal: AbortSignal
  /** Is called when something changed. */
  readonly hint: () => void
}

/**
 * Listens and gives hints until the signal aborts; what was open for this alone is closed then.
 *
 * @throws whatever fault of ours kept it from going on.
 */
export async function watchChanges({ network, cluster, signal, hint }: WatchChangesOptions): Promise<void> {
  if (signal.aborted) return
  let interest: Interest | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => resolve(), { once: true })
      interest = { cluster, changed: hint, failed: reject }
      network.add(interest)
    })
  } finally {
    if (interest !== undefined) await network.remove(interest)
  }
}
