import type { Clock } from '../clock.js'
import { type ClusterName, clusterNameKey } from '../cluster-name.js'
import type { DiscoverEvent, ResolveEvent, WarningEvent } from '../events.js'
import type { KeptReports } from '../kept-report.js'
import type { Question } from '../question.js'
import type { DiscoverReport, ResolveReport } from '../report.js'
import { discoverFold, resolveFold } from '../report-fold.js'
import type { Resolver } from '../resolver.js'
import { CacheEntry, type CacheParts } from './cache-entry.js'
import type { KeptAnswer } from './file/last-good-document.js'
import type { LastGoodStore } from './file/last-good-store.js'
import { frozenCopy, HitReports } from './hit-reports.js'

/** What a cache calls its own attempts about the names. */
const NAMES = 'names'
const noNotices: readonly WarningEvent[] = []

interface Names {
  readonly entry: CacheEntry<DiscoverEvent>
  readonly reports: HitReports<DiscoverReport>
}

interface Cluster {
  /** As it was first asked for. */
  readonly cluster: ClusterName
  readonly entry: CacheEntry<ResolveEvent>
  readonly reports: HitReports<ResolveReport>
}

/** All that one cache knows: the names, and each cluster that was asked for. */
export class Cache implements KeptReports {
  readonly #name: string
  readonly #parts: CacheParts
  readonly #clock: Clock
  readonly #store: LastGoodStore | undefined
  readonly #names: Names
  readonly #clusters = new Map<string, Cluster>()
  #restoring: Promise<void> | undefined
  #closed = false

  constructor(name: string, parts: Omit<CacheParts, 'onChange'>, store: LastGoodStore | undefined) {
    this.#name = name
    this.#parts = { ...parts, onChange: () => store?.write(() => this.#answers()) }
    this.#clock = parts.clock
    this.#store = store
    const entry = new CacheEntry<DiscoverEvent>(this.#parts, {
      resultType: 'cluster',
      ask: (resolver, query) => resolver.discover(query),
      who: { backend: name, target: NAMES },
    })
    this.#names = { entry, reports: new HitReports<DiscoverReport>(entry, discoverFold) }
  }

  async answerNames(question: Question<DiscoverEvent>): Promise<void> {
    if (this.#store !== undefined) await this.#restored(this.#store)
    await this.#names.entry.answer(question)
    this.#addNotices(question)
  }

  async answerCluster(cluster: ClusterName, question: Question<ResolveEvent>): Promise<void> {
    if (this.#store !== undefined) await this.#restored(this.#store)
    await this.#slot(cluster).entry.answer(question)
    this.#addNotices(question)
  }

  discover(): DiscoverReport | undefined {
    const report = this.#closed ? undefined : this.#names.reports.at(this.#clock.now(), this.#notices)
    if (report === undefined) return undefined
    const { outcome, clusters, attempts, warnings } = report
    return Object.freeze({ outcome, clusters: frozenCopy(clusters), attempts, warnings })
  }

  resolve(cluster: ClusterName): ResolveReport | undefined {
    const slot = this.#closed ? undefined : this.#clusters.get(clusterNameKey(cluster))
    const report = slot?.reports.at(this.#clock.now(), this.#notices)
    if (report === undefined) return undefined
    const { outcome, endpoints, attempts, warnings } = report
    return Object.freeze({ outcome, cluster, endpoints: frozenCopy(endpoints), attempts, warnings })
  }

  /** Has the next question about one cluster, or about the names, ask anew. */
  expire(cluster: ClusterName | undefined): void {
    if (cluster === undefined) this.#names.entry.expire()
    else this.#clusters.get(clusterNameKey(cluster))?.entry.expire()
  }

  /** Whatever has been asked: the names (`undefined`), and clusters. */
  subjects(): readonly (ClusterName | undefined)[] {
    return [undefined, ...[...this.#clusters.values()].map(({ cluster }) => cluster)]
  }

  /** Gives nothing away any more. */
  close(): void {
    this.#closed = true
  }

  /** Ends what is under way, and waits until the file is written. */
  async release(): Promise<void> {
    await Promise.all(this.#entries().map((entry) => entry.close()))
    await this.#store?.written()
  }

  get #notices(): readonly WarningEvent[] {
    return this.#store?.warnings ?? noNotices
  }

  #addNotices(question: Question<DiscoverEvent> | Question<ResolveEvent>): void {
    for (const warning of this.#notices) question.emit(warning)
  }

  /** Takes over what is in the file, once, before the first answer. */
  async #restored(store: LastGoodStore): Promise<void> {
    this.#restoring ??= this.#restore(store)
    await this.#restoring
  }

  async #restore(store: LastGoodStore): Promise<void> {
    for (const { cluster, kept } of await store.read()) {
      const slot = cluster === null ? this.#names : this.#slot(cluster)
      slot.entry.restore(kept)
    }
  }

  #answers(): readonly KeptAnswer[] {
    const clusters = [...this.#clusters.values()].map(({ cluster, entry }) => ({ cluster, kept: entry.kept }))
    return [{ cluster: null, kept: this.#names.entry.kept }, ...clusters].filter(({ kept }) => kept.length > 0)
  }

  #entries(): readonly (CacheEntry<DiscoverEvent> | CacheEntry<ResolveEvent>)[] {
    return [this.#names.entry, ...[...this.#clusters.values()].map(({ entry }) => entry)]
  }

  #slot(cluster: ClusterName): Cluster {
    const key = clusterNameKey(cluster)
    const known = this.#clusters.get(key)
    if (known !== undefined) return known
    this.#makeRoom()
    const entry = new CacheEntry<ResolveEvent>(this.#parts, {
      resultType: 'endpoint',
      ask: (resolver: Resolver, query) => resolver.resolve(cluster, query),
      who: { backend: this.#name, target: cluster },
    })
    const slot = { cluster, entry, reports: new HitReports<ResolveReport>(entry, () => resolveFold(cluster)) }
    this.#clusters.set(key, slot)
    return slot
  }

  /** Forgets, for one more cluster, one that nobody is asking for: of those without results, or else the oldest. */
  #makeRoom(): void {
    if (this.#clusters.size < this.#parts.policy.maxClusters) return
    const idle = [...this.#clusters].filter(([, { entry }]) => !entry.isAsking)
    const least = idle.find(([, { entry }]) => entry.kept.length === 0) ?? idle[0]
    if (least !== undefined) this.#clusters.delete(least[0])
  }
}
