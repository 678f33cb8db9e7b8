import {
  type AskingResult,
  type AttemptStatus,
  type ClusterName,
  formatEndpoint,
  type Question,
  type Random,
  type ResolveEvent,
  type Withdrawal,
} from '@pstorage/discovery-core'
import { Alarm } from './alarm.js'
import { ALL_INSTANCES, instancesOf } from './browse-questions.js'
import type { BrowseReport, ReportPlace } from './browse-report.js'
import { InterfaceBrowse } from './interface-browse.js'
import { type HearingReader, LinkHearing } from './link-hearing.js'
import { type ListeningPlace, placeText } from './listening-place.js'
import { endOfListening, type ListeningTimes } from './listening-time.js'
import type { MulticastLink, MulticastMedium } from './multicast-link.js'
import { METHOD } from './multicast-source.js'
import { multicastTrouble } from './multicast-trouble.js'
import { SERVICE_TYPE_TEXT } from './service-type.js'
import type { ToldBefore } from './told-before.js'
import type { ZeroconfLimits } from './zeroconf-limits.js'

/** An interface that somebody listens to all the time. */
export interface SharedListening {
  readonly hearing: LinkHearing
  readonly link: MulticastLink
  /** Keeps it open, calls `failed` when it breaks, and gives what lets go of it. */
  hold(failed: (error: Error) => void): () => void
  /** What is known of a cluster, or of all (`undefined`), where somebody watches just that. */
  watched(cluster: ClusterName | undefined): WatchedListening | undefined
}

/** What somebody watches on an interface: all that has to be asked for it is asked already. */
export interface WatchedListening {
  /** When there was the time for answers, in milliseconds of the clock. */
  readonly heardOutAt: number
  readonly told: ToldBefore
}

/** What is the same for all interfaces. */
export interface ListenSettings {
  readonly medium: MulticastMedium
  readonly port: number
  readonly times: ListeningTimes
  readonly limits: ZeroconfLimits
  readonly random: Random
  /** The interface as somebody listens to it already, if anybody does. */
  readonly shared: (place: ListeningPlace, signal: AbortSignal) => Promise<SharedListening | undefined>
}

/** What to listen for, and where. */
export interface ListenTask {
  readonly place: ListeningPlace
  readonly question: Question<ResolveEvent>
  /** `undefined` for the names of all. */
  readonly cluster: ClusterName | undefined
  readonly report: (place: ReportPlace, emit: (event: ResolveEvent) => void) => BrowseReport
  readonly settings: ListenSettings
}

/**
 * Asks and listens on one interface until nothing new comes any more, emits what is heard as it comes, and then the
 * attempt. The socket is closed when this returns, and as soon as the question is over.
 */
export async function listenOn(task: ListenTask): Promise<void> {
  const asked = task.question.asking({ method: METHOD, target: SERVICE_TYPE_TEXT })
  const { place, question, settings } = task
  const listener = new Listener(task, await settings.shared(place, question.signal))
  await listener.listen()
  const { status, ...result } = listener.result()
  asked.ended(status, result)
}

class Listener {
  readonly #task: ListenTask
  readonly #alarm: Alarm
  readonly #shared: SharedListening | undefined
  readonly #watched: WatchedListening | undefined
  /** What was told. */
  readonly #told: Withdrawal[] = []
  readonly #hearing: LinkHearing
  readonly #browse: InterfaceBrowse
  #link: MulticastLink | undefined
  #hasAsked = false
  /** What kept from asking. */
  #trouble: { readonly error: unknown } | undefined
  /** What went wrong in here. */
  #fault: { readonly error: unknown } | undefined

  constructor(task: ListenTask, shared: SharedListening | undefined) {
    const { place, question, cluster, report, settings } = task
    const { port, limits, random, times } = settings
    this.#task = task
    this.#alarm = new Alarm(question.clock, question.signal)
    this.#shared = shared
    this.#watched = shared?.watched(cluster)
    this.#hearing = shared?.hearing ?? new LinkHearing({ place, port, limits })
    this.#browse = new InterfaceBrowse({
      place,
      hearing: this.#hearing,
      questions: cluster === undefined ? ALL_INSTANCES : instancesOf(cluster),
      times,
      limits,
      random,
      report: (there) => report(there, (event) => this.#tell(event)),
      warn: (warning) => question.emit({ type: 'warning', ...warning }),
      wake: (at) => this.#alarm.ring(at),
    })
  }

  async listen(): Promise<void> {
    const { question } = this.#task
    const release = this.#shared?.hold((error) => this.#failed(error))
    const leave = this.#hearing.read(this.#guardedReader())
    try {
      this.#link = this.#shared?.link ?? (await this.#open())
      if (this.#watched !== undefined) await this.#hearAlong(this.#watched)
      else if (this.#link !== undefined) await this.#askAndHear(this.#link)
    } finally {
      leave()
      release?.()
      if (this.#shared === undefined) this.#link?.close()
    }
    if (this.#fault !== undefined) throw this.#fault.error
    const isHeardOut = !question.signal.aborted || this.#listenedLongEnough()
    if (isHeardOut && this.#trouble === undefined) this.#browse.giveUp(question.clock.now())
  }

  result(): AskingResult & { readonly status: AttemptStatus } {
    const { place, question, settings } = this.#task
    const { report, drops } = this.#browse
    const trouble = this.#trouble && multicastTrouble(place, this.#trouble.error)
    const cutShort = question.signal.aborted ? 'the time was up before the end of listening' : undefined
    const notes = this.#link?.notes ?? []
    const joined = (texts: readonly (string | undefined)[]): string | null =>
      texts.filter((text) => text !== undefined).join('; ') || null
    const detail = joined([trouble?.message ?? cutShort, ...notes, drops.text])
    const told = { server: placeText(place), count: report.count, detail, withdrawn: this.#withdrawn() }
    // What was heard is heard, whatever came after it.
    if (report.count > 0) return { ...told, status: 'found' }
    if (trouble !== undefined)
      return { ...told, status: 'unavailable', error: trouble, detail: joined([...notes, drops.text]) }
    if (question.signal.aborted && !this.#listenedLongEnough()) {
      const message = `the time was up before ${settings.times.minimumTime} ms of listening`
      return { ...told, status: 'timeout', error: { code: 'ETIMEDOUT', message } }
    }
    // Somebody answered, and there is nothing in it that can be used.
    if (report.isClaimed) return { ...told, status: 'empty' }
    const { damagedAnswer, limitHit } = this.#browse
    if (damagedAnswer !== undefined) {
      return { ...told, status: 'malformed', error: { code: 'ERR_ANSWER_MALFORMED', message: damagedAnswer } }
    }
    // What was asked for may have been in what found no room: that is not silence.
    if (limitHit !== undefined) {
      return { ...told, status: 'failed', error: { code: 'ERR_LIMIT_REACHED', message: limitHit } }
    }
    // Without the port that everybody uses, there may have been answers that never came here.
    const refusal = this.#link?.refusal
    if (refusal !== undefined) return { ...told, status: 'unavailable', error: multicastTrouble(place, refusal) }
    return { ...told, status: 'silent' }
  }

  async #open(): Promise<MulticastLink | undefined> {
    const { place, question, settings } = this.#task
    const { clock, signal } = question
    try {
      return await settings.medium.open(place, {
        port: settings.port,
        signal,
        standIn: true,
        hear: (bytes, sender) => this.#guarded(() => this.#hearing.hear(bytes, sender, clock.now())),
        failed: (error) => this.#failed(error),
      })
    } catch (error) {
      if (!signal.aborted) this.#trouble = { error }
      return undefined
    }
  }

  async #askAndHear(link: MulticastLink): Promise<void> {
    const { question, settings } = this.#task
    const { clock, signal } = question
    const { times } = settings
    this.#browse.start(clock.now())
    while (!signal.aborted && this.#trouble === undefined && this.#fault === undefined) {
      const now = clock.now()
      if (now < this.#browse.progress.startedAt + times.maximumTime) {
        for (const message of this.#browse.takeQueries(now)) link.send(message, (error) => this.#sent(error))
      }
      if (now >= this.#endsAt()) {
        await link.catchUp()
        if (clock.now() >= this.#endsAt()) return
      }
      await this.#alarm.until(Math.min(this.#endsAt(), this.#browse.nextQuestionAt))
    }
  }

  /** All is asked for already: what is known is told, and what comes while there is a doubt whether that is all. */
  async #hearAlong({ heardOutAt }: WatchedListening): Promise<void> {
    const { question, settings } = this.#task
    const { clock, signal } = question
    const { minimumTime, maximumTime } = settings.times
    const latest = clock.now() + maximumTime
    this.#browse.join(heardOutAt - minimumTime, clock.now())
    while (!signal.aborted && this.#trouble === undefined && this.#fault === undefined) {
      const endsAt = Math.min(latest, Math.max(heardOutAt, this.#browse.incompleteUntil(clock.now())))
      if (clock.now() >= endsAt) return
      await this.#alarm.until(endsAt)
    }
  }

  #tell(event: ResolveEvent): void {
    if (event.type === 'cluster') this.#told.push({ what: event.name, origin: event.source.origin })
    if (event.type === 'endpoint') this.#told.push({ what: formatEndpoint(event), origin: event.source.origin })
    this.#task.question.emit(event)
  }

  /** What is not told any more: nobody said it until its time was over, or it was taken back. */
  #withdrawn(): readonly Withdrawal[] {
    const isWhole = !this.#task.question.signal.aborted && this.#trouble === undefined
    // What found no room may stand all the same.
    if (!isWhole || this.#browse.limitHit !== undefined) return []
    return this.#watched?.told.withdrawn(this.#told) ?? []
  }

  #endsAt(): number {
    return endOfListening(this.#task.settings.times, this.#browse.progress)
  }

  /** Whether there was time for an answer. */
  #listenedLongEnough(): boolean {
    const { question, settings } = this.#task
    return question.clock.now() >= this.#browse.progress.startedAt + settings.times.minimumTime
  }

  #sent(error: Error | null): void {
    if (error === null) this.#hasAsked = true
    // Once a question has gone out, answers may come, whatever becomes of the next one.
    else if (!this.#hasAsked) this.#failed(error)
  }

  #failed(error: Error): void {
    this.#trouble ??= { error }
    this.#alarm.ring()
  }

  /** What others hear as well must not fail because of this question. */
  #guardedReader(): HearingReader {
    const browse = this.#browse
    return {
      touched: (keys, isNews, now) => this.#guarded(() => browse.touched(keys, isNews, now)),
      dropped: (reading, sender) => this.#guarded(() => browse.dropped(reading, sender)),
      limitReached: (limit) => this.#guarded(() => browse.limitReached(limit)),
    }
  }

  /** Thrown into a socket's event, an exception would end the process: it is kept for whoever reads the answers. */
  #guarded(hear: () => void): void {
    try {
      hear()
    } catch (error) {
      this.#fault ??= { error }
      this.#alarm.ring()
    }
  }
}
