import type { Dirent } from 'node:fs'
import {
  type ClusterName,
  clusterNameFault,
  clusterNameKey,
  type DiscoverEvent,
  parseClusterName,
  type QueryContext,
  quoteText,
} from '@pstorage/discovery-core'
import { faultOf, type ListFault } from '../list/list-fault.js'
import { formatPath, listSource } from '../list/list-source.js'
import { type BootstrapWarningCode, describeMissingList, WarningLog } from './bootstrap-warnings.js'
import { type ClustersDirectory, directoryChanging, listFileName } from './clusters-directory.js'
import { type ConfiguredDirectory, openDirectory } from './configured-directory.js'

/**
 * Emits the names of the clusters that have a list in a directory, as they are found, and the attempt.
 *
 * A list that cannot be checked is a warning, and makes the attempt fail, or incomplete beside other names: a lack of
 * permission is never taken for a lack of clusters. With a directory of a cluster without a list and nothing else, the
 * outcome is `known`, as it is for `resolve`.
 */
export async function searchNames(
  configured: ConfiguredDirectory,
  query: QueryContext<DiscoverEvent>,
  options: { readonly maxClusters: number },
): Promise<void> {
  const attempt = query.startAttempt({ method: 'bs-list', target: formatPath(configured.path) })
  let search = new NamesSearch(configured.path, query, options)
  try {
    const directory = await openDirectory(configured, query)
    if (directory === undefined) return attempt.finish('skipped', { detail: 'not configured' })
    await search.run(directory)
    for (let tries = 1; search.isDenial && (await directory.hasChanged(query)); tries += 1) {
      if (tries === mostTries) throw directoryChanging()
      search = new NamesSearch(configured.path, query, options)
      await search.run(directory)
    }
    const { count, fault, hasUnlisted } = search
    if (count > 0) attempt.finish('found', { count, incomplete: fault !== undefined })
    else if (fault !== undefined) attempt.finish(fault.status, { error: fault.attemptError })
    else attempt.finish('empty', { detail: hasUnlisted ? `no ${listFileName}` : null })
    if (hasUnlisted) query.emit({ type: 'end', outcome: 'known' })
  } catch (error) {
    query.signal.throwIfAborted()
    const fault = faultOf(error)
    attempt.finish(fault.status, { count: search.count, error: fault.attemptError })
  }
}

const mostTries = 3

// Enough to keep the threads that wait for the file system busy.
const checksAtOnce = 32

class NamesSearch {
  readonly #path: string
  readonly #query: QueryContext<DiscoverEvent>
  readonly #maxClusters: number
  readonly #warnings: WarningLog
  readonly #names = new Map<string, ClusterName>()
  #count = 0
  #full = false
  #hasUnlisted = false
  #fault: ListFault | undefined

  constructor(path: string, query: QueryContext<DiscoverEvent>, { maxClusters }: { readonly maxClusters: number }) {
    this.#path = path
    this.#query = query
    this.#maxClusters = maxClusters
    this.#warnings = new WarningLog(query, formatPath(path))
  }

  /** The number of names. */
  get count(): number {
    return this.#count
  }

  /** True when there is a directory of a cluster without a list. */
  get hasUnlisted(): boolean {
    return this.#hasUnlisted
  }

  /** True when there was neither a name nor an obstacle. */
  get isDenial(): boolean {
    return this.#count === 0 && this.#fault === undefined && !this.#hasUnlisted
  }

  /** The fault of the first list that could not be checked. */
  get fault(): ListFault | undefined {
    return this.#fault
  }

  async run(directory: ClustersDirectory): Promise<void> {
    let checks: Promise<void>[] = []
    for await (const entry of directory.entries(this.#query.signal)) {
      // A leading dot hides a directory on purpose.
      if (entry.isFile() || entry.name.startsWith('.')) continue
      checks.push(this.#checkEntry(directory, entry))
      if (checks.length < checksAtOnce) continue
      await Promise.all(checks)
      checks = []
      if (this.#full) break
    }
    await Promise.all(checks)
    this.#warnings.close()
  }

  async #checkEntry(directory: ClustersDirectory, entry: Dirent): Promise<void> {
    const { name } = entry
    const nameFault = clusterNameFault(name)
    try {
      const { kind } = await directory.locateListOf(entry)
      if (this.#query.signal.aborted) return
      if (kind === 'list' && nameFault === undefined) this.#add(directory, parseClusterName(name))
      if (kind === 'list' && nameFault !== undefined) this.#refuse(name, nameFault)
      if (kind !== 'no-list' || nameFault !== undefined) return
      this.#hasUnlisted = true
      this.#warnings.add(await describeMissingList(directory, name))
    } catch (error) {
      const fault = faultOf(error)
      // No list was expected where the name is not a valid one.
      if (nameFault !== undefined) return
      this.#fault ??= fault
      this.#warn('bootstrap-list-unreadable', `${formatPath(directory.listPath(name))}: ${fault.message}`)
    }
  }

  #add(directory: ClustersDirectory, name: ClusterName): void {
    if (this.#count === this.#maxClusters) {
      if (!this.#full) this.#warn('bootstrap-too-many-clusters', this.#limitReached())
      this.#full = true
      return
    }
    this.#count += 1
    const key = clusterNameKey(name)
    const other = this.#names.get(key)
    if (other === undefined) this.#names.set(key, name)
    else this.#warn('bootstrap-name-ambiguous', this.#sameName(name, other))
    this.#query.emit({ type: 'cluster', name, source: listSource(directory.listPath(name)) })
  }

  #refuse(name: string, fault: string): void {
    const message = `${formatPath(this.#path)} has a list for ${quoteText(name)}, which is no cluster name: ${fault}`
    this.#warn('bootstrap-name-invalid', message)
  }

  #warn(code: BootstrapWarningCode, message: string): void {
    this.#warnings.add({ code, message })
  }

  #limitReached(): string {
    return `${formatPath(this.#path)} has more than ${this.#maxClusters} clusters; the rest is ignored`
  }

  #sameName(name: ClusterName, other: ClusterName): string {
    const names = [name, other].sort().map((each) => quoteText(each))
    return `${names.join(' and ')} in ${formatPath(this.#path)} differ in letter case alone, and are one name to DNS`
  }
}
