import { clusterNameFault, discoverClusters, quoteText } from '@pstorage/discovery-core'
import { closestWord } from '../command-line/closest-word.js'
import type { BackendLoaders } from './backends.js'
import { composeResolver } from './compose.js'
import type { ResolveInquiry } from './inquiry.js'

/** A hint is worth no more, in milliseconds. */
const PATIENCE = 1_000

export interface SimilarNameOptions {
  readonly backends: BackendLoaders
  readonly signal: AbortSignal | undefined
  /** Milliseconds. */
  readonly timeLeft: number
}

/**
 * The name that somebody may have meant who asked for one that does not exist, from those that are quickly learnt: without
 * multicast and zone transfers. What goes wrong is no matter: it is a hint.
 */
export async function similarName(
  { cluster, backends, settings }: ResolveInquiry,
  { backends: loaders, signal, timeLeft }: SimilarNameOptions,
): Promise<string | undefined> {
  const quick = backends.filter((name) => name !== 'zeroconf')
  const timeout = Math.min(PATIENCE, timeLeft)
  if (quick.length === 0 || timeout <= 0 || settings.addresses.length > 0) return undefined
  const asked = { backends: quick, policy: 'merge' as const, settings: { ...settings, axfr: 'never' as const } }
  try {
    await using resolver = await composeResolver(asked, loaders)
    const { clusters } = await discoverClusters(resolver, { timeout, signal })
    const names = new Map(clusters.map(({ name }) => [name.toLowerCase(), name]))
    const closest = names.get(closestWord(cluster.toLowerCase(), [...names.keys()]) ?? '')
    return closest === undefined || clusterNameFault(closest) !== undefined ? undefined : quoteText(closest)
  } catch {
    return undefined
  }
}
