import { type ClusterName, clusterNameKey } from '../model/cluster-name.js'
import type { DiscoverEvent, EndEvent, ResolveEvent, WarningEvent } from '../model/events.js'
import type { QueryContext } from '../query/query-context.js'
import type { CachedReports, Resolver } from '../query/resolver.js'
import type { DiscoverReport, ResolveReport } from '../report/report.js'
import { discoverReportBuilder, type ReportBuilder, resolveReportBuilder } from '../report/report-builder.js'
import type { LastGood } from '../retain/last-good.js'
import type { Clock } from '../runtime/clock.js'
import { CacheEntry, type CacheParts } from './cache-entry.js'
import type { KeptAnswer } from './last-good-document.js'
import type { LastGoodStore } from './last-good-store.js'

/** Target of the attempts that a cache reports for the names. */
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
export class Cache implements CachedReports {
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
      sendQuery: (resolver, query) => resolver.discover(query),
      source: { backend: name, target: NAMES },
    })
    this.#names = { entry, reports: new HitReports<DiscoverReport>(entry, discoverReportBuilder) }
  }

  async answerNames(context: QueryContext<DiscoverEvent>): Promise<void> {
    if (this.#store !== undefined) await this.#restored(this.#store, context)
    await this.#names.entry.answer(context)
    this.#addNotices(context)
  }

  async answerCluster(cluster: ClusterName, context: QueryContext<ResolveEvent>): Promise<void> {
    if (this.#store !== undefined) await this.#restored(this.#store, context)
    await this.#slot(cluster).entry.answer(context)
    this.#addNotices(context)
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

  /** Has the next query about one cluster, or about the names, ask anew. */
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

  #addNotices(context: QueryContext<DiscoverEvent> | QueryContext<ResolveEvent>): void {
    for (const warning of this.#notices) context.emit(warning)
  }

  /** Takes over what is in the file, once, before the first answer. */
  async #restored(
    store: LastGoodStore,
    { cancellation }: Pick<QueryContext<DiscoverEvent>, 'cancellation'>,
  ): Promise<void> {
    this.#restoring ??= this.#restore(store)
    // A disk that does not answer, as over a network, must not hold a query up for longer than there is time.
    let isOver = (): void => {}
    const over = new Promise<void>((resolve) => {
      isOver = cancellation.onAbort(resolve)
    })
    await Promise.race([this.#restoring, over])
    isOver()
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
      sendQuery: (resolver: Resolver, query) => resolver.resolve(cluster, query),
      source: { backend: this.#name, target: cluster },
    })
    const slot = { cluster, entry, reports: new HitReports<ResolveReport>(entry, () => resolveReportBuilder(cluster)) }
    this.#clusters.set(key, slot)
    return slot
  }

  /** Forgets, for one more cluster, one that no query is under way for: of those without results, or else the oldest. */
  #makeRoom(): void {
    if (this.#clusters.size < this.#parts.policy.maxClusters) return
    const idle = [...this.#clusters].filter(([, { entry }]) => !entry.isAsking)
    const least = idle.find(([, { entry }]) => entry.kept.length === 0) ?? idle[0]
    if (least !== undefined) this.#clusters.delete(least[0])
  }
}

/** An entry that can replay its result. */
export interface Repeatable {
  /** The answer: another one whenever there is something new. */
  readonly known: LastGood
  /** Returns whether the answer may be given at once, and nothing is due. */
  isPlainHit(now: number): boolean
  repeat(): readonly (ResolveEvent | EndEvent)[]
}

/** The report that an answer amounts to, made anew each second: ages and what is left of TTLs are whole seconds. */
class HitReports<Report> {
  readonly #answer: Repeatable
  readonly #fold: () => ReportBuilder<ResolveEvent, Report>
  #madeOf: { readonly known: LastGood; readonly second: number; readonly notices: readonly WarningEvent[] } | undefined
  #report: Report | undefined

  constructor(answer: Repeatable, fold: () => ReportBuilder<ResolveEvent, Report>) {
    this.#answer = answer
    this.#fold = fold
  }

  /** Returns what can be given at once; `undefined` when there is more to do than that. */
  at(now: number, notices: readonly WarningEvent[]): Report | undefined {
    const { known } = this.#answer
    if (!this.#answer.isPlainHit(now)) return undefined
    const second = Math.floor((now - known.poll.at) / 1_000)
    const of = this.#madeOf
    if (of === undefined || of.second !== second || of.known !== known || of.notices !== notices) {
      this.#madeOf = { known, second, notices }
      this.#report = this.#make(notices)
    }
    return this.#report
  }

  #make(notices: readonly WarningEvent[]): Report {
    const fold = this.#fold()
    for (const event of [...notices, ...this.#answer.repeat()]) fold.add(event)
    return fold.report()
  }
}

/** An array for one more caller. Spreading is several times as fast as `slice` for a frozen one. */
function frozenCopy<T>(items: readonly T[]): readonly T[] {
  return Object.freeze([...items])
}
