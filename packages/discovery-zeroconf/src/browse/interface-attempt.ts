import {
  type AttemptResult,
  type AttemptStatus,
  type ClusterName,
  formatEndpoint,
  type QueryContext,
  type ResolveEvent,
  type Withdrawal,
} from '@pstorage/discovery-core'
import { interfaceText, type MulticastInterface } from '../link/multicast-interface.js'
import { type MulticastLink, multicastError } from '../link/multicast-link.js'
import { WakeTimer } from '../link/wake-timer.js'
import { type LinkObserver, LinkReceiver } from '../records/link-receiver.js'
import { SERVICE_TYPE_TEXT } from '../records/service-type.js'
import { endOfListening, type ListeningTimes } from './browse-limits.js'
import { ALL_INSTANCES, instancesOf } from './browse-questions.js'
import { type InstanceReporter, METHOD, type ReporterContext } from './instance-reporter.js'
import type { ContinuousQuery, MonitoredInterface, MonitorSettings } from './interface-monitor.js'
import { OneShotBrowser } from './one-shot-browser.js'

/** Settings that all interfaces share. */
export interface AttemptSettings extends Omit<MonitorSettings, 'clock'> {
  readonly times: ListeningTimes
  /** Returns the interface as it is monitored, if there is a watch. */
  readonly monitored: (
    networkInterface: MulticastInterface,
    signal: AbortSignal,
  ) => Promise<MonitoredInterface | undefined>
}

/** Options of {@link runInterfaceAttempt}. */
export interface InterfaceAttemptOptions {
  readonly networkInterface: MulticastInterface
  readonly query: QueryContext<ResolveEvent>
  /** `undefined` for the names of all clusters. */
  readonly cluster: ClusterName | undefined
  readonly createReporter: (context: ReporterContext, emit: (event: ResolveEvent) => void) => InstanceReporter
  readonly settings: AttemptSettings
}

/**
 * Queries one interface and listens until nothing new arrives, emits results as they come, and then finishes the
 * attempt. The socket is closed when this returns, and as soon as the query is over.
 */
export async function runInterfaceAttempt(options: InterfaceAttemptOptions): Promise<void> {
  const attempt = options.query.startAttempt({ method: METHOD, target: SERVICE_TYPE_TEXT })
  const { networkInterface, query, settings } = options
  const shared = await settings.monitored(networkInterface, query.signal)
  // Datagrams that arrived while the process was busy count before a record counts as missing.
  if (shared?.isLate) await shared.link.receivePending()
  const run = new InterfaceAttempt(options, shared)
  await run.listen()
  const { status, ...result } = run.result()
  attempt.finish(status, result)
}

class InterfaceAttempt {
  readonly #options: InterfaceAttemptOptions
  readonly #timer: WakeTimer
  readonly #shared: MonitoredInterface | undefined
  readonly #continuous: ContinuousQuery | undefined
  readonly #reported: Withdrawal[] = []
  readonly #receiver: LinkReceiver
  readonly #browser: OneShotBrowser
  #link: MulticastLink | undefined
  #hasSent = false
  /** Milliseconds by which all times were postponed since the last wait began. */
  #postponed = 0
  /** The error that prevents sending or receiving. */
  #linkError: { readonly error: unknown } | undefined
  /** An exception of our own code. */
  #internalError: { readonly error: unknown } | undefined

  constructor(options: InterfaceAttemptOptions, shared: MonitoredInterface | undefined) {
    const { networkInterface, query, cluster, createReporter, settings } = options
    const { port, limits, random, times } = settings
    this.#options = options
    this.#timer = new WakeTimer(query.clock, query.signal)
    this.#shared = shared
    this.#continuous = shared?.continuousQuery(cluster)
    this.#receiver = shared?.receiver ?? new LinkReceiver({ networkInterface, port, limits })
    this.#browser = new OneShotBrowser({
      networkInterface,
      receiver: this.#receiver,
      questions: cluster === undefined ? ALL_INSTANCES : instancesOf(cluster),
      times,
      limits,
      random,
      createReporter: (context) => createReporter(context, (event) => this.#emit(event)),
      warn: (warning) => query.emit({ type: 'warning', ...warning }),
      wake: (at) => this.#timer.wake(at),
      // While new records arrive, as in a flood, nothing ends earlier.
      completed: (now) => this.#timer.wake(this.#continuous ? now : endOfListening(times, this.#browser.progress)),
    })
  }

  async listen(): Promise<void> {
    const { query } = this.#options
    const release = this.#shared?.hold((error) => this.#onError(error))
    const stopObserving = this.#receiver.observe(this.#guardedObserver())
    try {
      const link = this.#shared?.link ?? (await this.#open())
      this.#link = link
      if (link !== undefined && this.#continuous !== undefined)
        await this.#followContinuousQuery(this.#continuous, link)
      else if (link !== undefined) await this.#query(link)
    } finally {
      stopObserving()
      release?.()
      if (this.#shared === undefined) this.#link?.close()
    }
    if (this.#internalError !== undefined) throw this.#internalError.error
    const isComplete = !query.signal.aborted || this.#listenedLongEnough()
    if (isComplete && this.#linkError === undefined) this.#browser.reportIncomplete(query.clock.now())
  }

  result(): AttemptResult & { readonly status: AttemptStatus } {
    const { networkInterface, query, settings } = this.#options
    const { reporter, drops } = this.#browser
    const error = this.#linkError && multicastError(networkInterface, this.#linkError.error)
    const cutShort = query.signal.aborted ? 'the time was up before the end of listening' : undefined
    const notes = this.#link?.notes ?? []
    const joined = (texts: readonly (string | undefined)[]): string | null =>
      texts.filter((text) => text !== undefined).join('; ') || null
    const detail = joined([error?.message ?? cutShort, ...notes, drops.text])
    const common = {
      server: interfaceText(networkInterface),
      count: reporter.count,
      detail,
      withdrawn: this.#withdrawn(),
    }
    // Results count, whatever came after them.
    if (reporter.count > 0) return { ...common, status: 'found' }
    if (error !== undefined) return { ...common, status: 'unavailable', error, detail: joined([...notes, drops.text]) }
    if (query.signal.aborted && !this.#listenedLongEnough()) {
      const message = `the time was up before ${settings.times.minimumTime} ms of listening`
      return { ...common, status: 'timeout', error: { code: 'ETIMEDOUT', message } }
    }
    // An answer without anything usable.
    if (reporter.isKnown) return { ...common, status: 'empty' }
    const { damagedAnswer, limitHit } = this.#browser
    if (damagedAnswer !== undefined) {
      return { ...common, status: 'malformed', error: { code: 'ERR_ANSWER_MALFORMED', message: damagedAnswer } }
    }
    // The answer may have been among the records without room: that is not silence.
    if (limitHit !== undefined) {
      return { ...common, status: 'failed', error: { code: 'ERR_LIMIT_REACHED', message: limitHit } }
    }
    // Where not every datagram of the link arrives, silence means nothing.
    const fault = this.#link?.refusal ?? this.#link?.fault
    if (fault !== undefined) return { ...common, status: 'unavailable', error: multicastError(networkInterface, fault) }
    return { ...common, status: 'silent' }
  }

  async #open(): Promise<MulticastLink | undefined> {
    const { networkInterface, query, settings } = this.#options
    const { clock, signal } = query
    try {
      return await settings.medium.open(networkInterface, {
        port: settings.port,
        signal,
        fallback: true,
        onMessage: (bytes, sender) => this.#guarded(() => this.#receiver.receive(bytes, sender, clock.now())),
        onError: (error) => this.#onError(error),
      })
    } catch (error) {
      if (!signal.aborted) this.#linkError = { error }
      return undefined
    }
  }

  async #query(link: MulticastLink): Promise<void> {
    const { query, settings } = this.#options
    const { clock, signal } = query
    const { times } = settings
    this.#browser.start(clock.now())
    while (!signal.aborted && this.#linkError === undefined && this.#internalError === undefined) {
      const now = clock.now()
      if (now < this.#browser.progress.startedAt + times.maximumTime) {
        for (const message of this.#browser.takeQueries(now)) link.send(message, (error) => this.#sent(error))
      }
      if (now >= this.#endsAt(now)) {
        await link.receivePending()
        if (clock.now() >= this.#endsAt(clock.now())) return
      }
      this.#postponed = 0
      const late =
        (await this.#timer.waitUntil(Math.min(this.#endsAt(now), this.#browser.nextQuestionAt))) - this.#postponed
      if (late <= 0) continue
      // No question went out in that time: earlier answers have arrived, and the rest is postponed.
      this.#browser.postpone(late)
      if (!signal.aborted) await link.receivePending()
    }
  }

  /** Follows a continuous query: reports the known results, and those that arrive until it is complete. */
  async #followContinuousQuery(continuous: ContinuousQuery, link: MulticastLink): Promise<void> {
    const { query, settings } = this.#options
    const { clock, signal } = query
    const { minimumTime, maximumTime } = settings.times
    const latest = clock.now() + maximumTime
    this.#browser.join(continuous.completeAt - minimumTime, clock.now())
    while (!signal.aborted && this.#linkError === undefined && this.#internalError === undefined) {
      const endsAt = Math.min(latest, Math.max(continuous.completeAt, this.#browser.incompleteUntil(clock.now())))
      if (clock.now() >= endsAt) return
      const late = await this.#timer.waitUntil(endsAt)
      if (late > 0 && !signal.aborted) await link.receivePending()
    }
  }

  #emit(event: ResolveEvent): void {
    if (event.type === 'cluster') this.#reported.push({ what: event.name, origin: event.source.origin })
    if (event.type === 'endpoint') this.#reported.push({ what: formatEndpoint(event), origin: event.source.origin })
    this.#options.query.emit(event)
  }

  /** Returns the results of earlier reports that are gone: their records have expired or were withdrawn. */
  #withdrawn(): readonly Withdrawal[] {
    const isWhole = !this.#options.query.signal.aborted && this.#linkError === undefined
    // Records without room, or that could not be received, may still be valid.
    const isPartial = this.#browser.limitHit !== undefined || this.#link?.isReceptionLost === true
    if (!isWhole || isPartial) return []
    return this.#continuous?.reported.withdrawn(this.#reported) ?? []
  }

  #endsAt(now: number): number {
    const { times } = this.#options.settings
    const { progress } = this.#browser
    const quietAt = endOfListening(times, progress)
    if (now < quietAt) return quietAt
    const until = this.#browser.isUnusable(now) ? Number.POSITIVE_INFINITY : this.#browser.incompleteUntil(now)
    return endOfListening(times, progress, until)
  }

  /** True when there was time for an answer. */
  #listenedLongEnough(): boolean {
    const { query, settings } = this.#options
    return query.clock.now() >= this.#browser.progress.startedAt + settings.times.minimumTime
  }

  #sent(error: Error | null): void {
    if (error === null) this.#onSent()
    // After the first question, answers may arrive whatever becomes of the next one.
    else if (!this.#hasSent) this.#onError(error)
  }

  /** Counts a question that went out late from now: it must not be repeated within a second. */
  #onSent(): void {
    const late = this.#options.query.clock.now() - this.#browser.progress.startedAt
    if (!this.#hasSent && late > 0) {
      this.#browser.postpone(late)
      this.#postponed += late
    }
    this.#hasSent = true
  }

  #onError(error: Error): void {
    this.#linkError ??= { error }
    this.#timer.wake()
  }

  /** Returns an observer that keeps exceptions of this query from other observers. */
  #guardedObserver(): LinkObserver {
    const browse = this.#browser
    return {
      cluster: browse.cluster,
      onInstances: (changed, now) => this.#guarded(() => browse.onInstances(changed, now)),
      onNewRecord: (now) => browse.onNewRecord(now),
      onDropped: (reading, sender) => this.#guarded(() => browse.onDropped(reading, sender)),
      onLimitReached: (limit) => this.#guarded(() => browse.onLimitReached(limit)),
    }
  }

  /** Keeps an exception for the caller: thrown into a socket's event, it would end the process. */
  #guarded(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#internalError ??= { error }
      this.#timer.wake()
    }
  }
}
