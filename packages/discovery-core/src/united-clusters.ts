import { clusterNameKey } from './cluster-name.js'
import type { ClusterEvent } from './events.js'
import type { DiscoveredCluster } from './report.js'
import { type Source, sameSource } from './source.js'

/**
 * Clusters, each once with all who named it, by name.
 *
 * As long as each name comes after those before it, which is how zones are transferred, a list is enough; a table of names would
 * take more than all else.
 */
export class UnitedClusters {
  readonly #clusters: DiscoveredCluster[] = []
  #lastKey = ''
  /** Where each name stands in the list; made for the first one that does not come after the others. */
  #places: Map<string, number> | undefined
  /** The voices for the cluster before: nearly always the same as for the next one. */
  #sources: readonly Source[] = []

  add(event: ClusterEvent): void {
    const key = clusterNameKey(event.name)
    if (this.#places === undefined && key > this.#lastKey) {
      this.#lastKey = key
      this.#clusters.push(this.#first(event))
      return
    }
    this.#places ??= new Map(this.#clusters.map(({ name }, place) => [clusterNameKey(name), place]))
    const place = this.#places.get(key)
    if (place === undefined) this.#places.set(key, this.#clusters.push(this.#first(event)) - 1)
    else this.#clusters[place] = united(this.#clusters[place] as DiscoveredCluster, event) // each place is of the list
  }

  /** Sorted by name without case. Frozen. */
  get sorted(): readonly DiscoveredCluster[] {
    const places = this.#places
    if (places === undefined) return Object.freeze([...this.#clusters])
    const inOrder = [...places].sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.freeze(inOrder.map(([, place]) => this.#clusters[place] as DiscoveredCluster)) // as above
  }

  #first({ name, source, staleMs = 0 }: ClusterEvent): DiscoveredCluster {
    if (this.#sources[0] !== source) this.#sources = Object.freeze([source])
    return clusterOf(name, this.#sources, staleMs)
  }
}

/** A result is as fresh as the freshest voice for it, and says nothing of age when that is fresh. */
function united({ name, sources, staleMs = 0 }: DiscoveredCluster, event: ClusterEvent): DiscoveredCluster {
  const isHeard = sources.some((known) => sameSource(known, event.source))
  const all = isHeard ? sources : Object.freeze([...sources, event.source])
  return clusterOf(name, all, Math.min(staleMs, event.staleMs ?? 0))
}

function clusterOf(name: DiscoveredCluster['name'], sources: readonly Source[], staleMs: number): DiscoveredCluster {
  return Object.freeze(staleMs > 0 ? { name, sources, staleMs } : { name, sources })
}
