import type { AskingResult, AttemptStatus, DiscoverEvent, Question, Random } from '@pstorage/discovery-core'
import { Alarm } from './alarm.js'
import type { BrowseQuestions } from './browse-questions.js'
import type { BrowseReport, ReportPlace } from './browse-report.js'
import { InterfaceBrowse } from './interface-browse.js'
import { type HearingReader, LinkHearing } from './link-hearing.js'
import { type ListeningPlace, placeText } from './listening-place.js'
import { endOfListening, type ListeningTimes } from './listening-time.js'
import type { MulticastLink, MulticastMedium } from './multicast-link.js'
import { METHOD } from './multicast-source.js'
import { multicastTrouble } from './multicast-trouble.js'
import { SERVICE_TYPE_TEXT } from './service-type.js'
import type { ZeroconfLimits } from './zeroconf-limits.js'

/** An interface that somebody listens to all the time. */
export interface SharedListening {
  readonly hearing: LinkHearing
  readonly link: MulticastLink
  /** Keeps it open, calls `failed` when it breaks, and gives what lets go of it. */
  hold(failed: (error: Error) => void): () => void
}

/** What is the same for all interfaces. */
export interface ListenSettings {
  readonly medium: MulticastMedium
  readonly port: number
  readonly times: ListeningTimes
  readonly limits: ZeroconfLimits
  readonly random: Random
  /** The interface as somebody listens to it already, if anybody does. */
  readonly shared: (place: ListeningPlace) => SharedListening | undefined
}

/** What to listen for, and where. */
export interface ListenTask {
  readonly place: ListeningPlace
  readonly question: Question<DiscoverEvent>
  readonly questions: BrowseQuestions
  readonly report: (place: ReportPlace) => BrowseReport
  readonly settings: ListenSettings
}

/**
 * Asks and listens on one interface until nothing new comes any more, emits what is heard as it comes, and then the
 * attempt. The socket is closed when this returns, and as soon as the question is over.
 */
export async function listenOn(task: ListenTask): Promise<void> {
  const asked = task.question.asking({ method: METHOD, target: SERVICE_TYPE_TEXT })
  const listener = new Listener(task)
  await listener.listen()
  const { status, ...result } = listener.result()
  asked.ended(status, result)
}

class Listener {
  readonly #task: ListenTask
  readonly #alarm: Alarm
  readonly #shared: SharedListening | undefined
  readonly #hearing: LinkHearing
  readonly #browse: InterfaceBrowse
  #link: MulticastLink | undefined
  #hasAsked = false
  /** What kept from asking. */
  #trouble: { readonly error: unknown } | undefined
  /** What went wrong in here. */
  #fault: { readonly error: unknown } | undefined

  constructor(task: ListenTask) {
    const { place, question, questions, report, settings } = task
    const { port, limits, random, times } = settings
    this.#task = task
    this.#alarm = new Alarm(question.clock, question.signal)
    this.#shared = settings.shared(place)
    this.#hearing = this.#shared?.hearing ?? new LinkHearing({ place, port, limits })
    this.#browse = new InterfaceBrowse({
      place,
      hearing: this.#hearing,
      questions,
      times,
      limits,
      random,
      report,
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
      if (this.#link !== undefined) await this.#askAndHear(this.#link)
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
    const told = { server: placeText(place), count: report.count, detail }
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
