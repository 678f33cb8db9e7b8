import { closestWord, clusterNameFault, discoverClusters, quoteText } from '@pstorage/discovery-core'
import type { BackendLoaders } from '../context.js'
import { composeResolver } from './backends.js'
import type { ResolveQuery } from './poll.js'

/** The longest time for a hint, in milliseconds. */
const HINT_TIMEOUT = 1_000

export interface SimilarNameOptions {
  readonly backends: BackendLoaders
  readonly signal: AbortSignal | undefined
  /** Milliseconds. */
  readonly timeLeft: number
}

/**
 * Returns the existing name that is closest to a cluster that does not exist, from quick sources: without multicast and zone
 * transfers. Failures are ignored: it is a hint.
 */
export async function similarName(
  { cluster, backends, settings }: ResolveQuery,
  { backends: loaders, signal, timeLeft }: SimilarNameOptions,
): Promise<string | undefined> {
  const quick = backends.filter((name) => name !== 'zeroconf')
  const timeout = Math.min(HINT_TIMEOUT, timeLeft)
  if (quick.length === 0 || timeout <= 0 || settings.addresses.length > 0) return undefined
  const selection = { backends: quick, policy: 'merge' as const, settings: { ...settings, axfr: 'never' as const } }
  try {
    await using resolver = await composeResolver(selection, loaders)
    const { clusters } = await discoverClusters(resolver, { timeout, signal })
    const names = new Map(clusters.map(({ name }) => [name.toLowerCase(), name]))
    const closest = names.get(closestWord(cluster.toLowerCase(), [...names.keys()]) ?? '')
    return closest === undefined || clusterNameFault(closest) !== undefined ? undefined : quoteText(closest)
  } catch {
    return undefined
  }
}
