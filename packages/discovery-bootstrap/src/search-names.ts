import type { Dirent } from 'node:fs'
import {
  type ClusterName,
  clusterNameFault,
  clusterNameKey,
  type DiscoverEvent,
  parseClusterName,
  type Question,
  quoteText,
} from '@pstorage/discovery-core'
import { ClustersDirectory } from './clusters-directory.js'
import { faultOf, type ListFault } from './list-fault.js'
import { listSource, shownPath } from './list-source.js'
import { missingListWarning } from './list-warnings.js'
import { type BootstrapWarningCode, WarningLog } from './warning-log.js'

/** How {@link searchNames} searches. */
export interface SearchNamesOptions {
  /** How many clusters are taken from a directory. */
  readonly maxClusters: number
}

/**
 * Emits the names of the clusters that have a list in a directory, as they are found, and the attempt.
 *
 * A list that cannot be looked at is a warning; where no other gives a name, the attempt fails for it, so that a lack of
 * permission is never taken for a lack of clusters.
 */
export async function searchNames(
  path: string,
  question: Question<DiscoverEvent>,
  options: SearchNamesOptions,
): Promise<void> {
  const asked = question.asking({ method: 'bs-list', target: shownPath(path) })
  const search = new NamesSearch(path, question, options)
  try {
    const directory = await ClustersDirectory.at(path)
    if (directory === undefined) return asked.ended('empty', { detail: 'not configured' })
    await search.run(directory)
    const { count, fault } = search
    if (count > 0) asked.ended('found', { count })
    else if (fault === undefined) asked.ended('empty')
    else asked.ended(fault.status, { error: fault.attemptError })
  } catch (error) {
    question.signal.throwIfAborted()
    const fault = faultOf(error)
    asked.ended(fault.status, { count: search.count, error: fault.attemptError })
  }
}

// Enough to keep the threads that wait for the file system busy.
const looksAtOnce = 32

class NamesSearch {
  readonly #path: string
  readonly #question: Question<DiscoverEvent>
  readonly #maxClusters: number
  readonly #warnings: WarningLog
  readonly #names = new Map<string, ClusterName>()
  #count = 0
  #full = false
  #fault: ListFault | undefined

  constructor(path: string, question: Question<DiscoverEvent>, { maxClusters }: SearchNamesOptions) {
    this.#path = path
    this.#question = question
    this.#maxClusters = maxClusters
    this.#warnings = new WarningLog(question, shownPath(path))
  }

  /** How many names there were. */
  get count(): number {
    return this.#count
  }

  /** What the first list that could not be looked at says. */
  get fault(): ListFault | undefined {
    return this.#fault
  }

  async run(directory: ClustersDirectory): Promise<void> {
    let looks: Promise<void>[] = []
    for await (const entry of directory.entries(this.#question.signal)) {
      // What starts with a dot is hidden on purpose.
      if (entry.isFile() || entry.name.startsWith('.')) continue
      looks.push(this.#look(directory, entry))
      if (looks.length < looksAtOnce) continue
      await Promise.all(looks)
      looks = []
      if (this.#full) break
    }
    await Promise.all(looks)
    this.#warnings.close()
  }

  async #look(directory: ClustersDirectory, entry: Dirent): Promise<void> {
    const { name } = entry
    const nameFault = clusterNameFault(name)
    try {
      const { kind } = await directory.glance(entry)
      if (this.#question.signal.aborted) return
      if (kind === 'list' && nameFault === undefined) this.#add(directory, parseClusterName(name))
      if (kind === 'list' && nameFault !== undefined) this.#refuse(name, nameFault)
      if (kind !== 'no-list' || nameFault !== undefined) return
      this.#warnings.add(await missingListWarning(directory, name))
    } catch (error) {
      const fault = faultOf(error)
      // Of what cannot be a cluster, nothing was expected.
      if (nameFault !== undefined) return
      this.#fault ??= fault
      this.#warn('bootstrap-list-unreadable', `${shownPath(directory.listPath(name))}: ${fault.message}`)
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
    this.#question.emit({ type: 'cluster', name, source: listSource(directory.listPath(name)) })
  }

  #refuse(name: string, fault: string): void {
    const message = `${shownPath(this.#path)} has a list for ${quoteText(name)}, which is no cluster name: ${fault}`
    this.#warn('bootstrap-name-invalid', message)
  }

  #warn(code: BootstrapWarningCode, message: string): void {
    this.#warnings.add({ code, message })
  }

  #limitReached(): string {
    return `${shownPath(this.#path)} has more than ${this.#maxClusters} clusters; the rest is ignored`
  }

  #sameName(name: ClusterName, other: ClusterName): string {
    const names = [name, other].sort().map((each) => quoteText(each))
    return `${names.join(' and ')} in ${shownPath(this.#path)} differ in letter case alone, and are one name to DNS`
  }
}
