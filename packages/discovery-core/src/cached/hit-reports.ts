import type { EndEvent, ResolveEvent, WarningEvent } from '../events.js'
import type { LastGood } from '../keep/last-good.js'
import type { ReportFold } from '../report-fold.js'

/** What can repeat its answer. */
export interface Repeatable {
  /** The answer: another one whenever there is something new. */
  readonly known: LastGood
  /** Whether the answer may be given at once to whoever asks, and nothing is due. */
  isPlainHit(now: number): boolean
  repeat(): readonly (ResolveEvent | EndEvent)[]
}

/** The report that an answer amounts to, made anew each second: ages and what is left of TTLs are whole seconds. */
export class HitReports<Report> {
  readonly #answer: Repeatable
  readonly #fold: () => ReportFold<ResolveEvent, Report>
  #madeOf: { readonly known: LastGood; readonly second: number; readonly notices: readonly WarningEvent[] } | undefined
  #report: Report | undefined

  constructor(answer: Repeatable, fold: () => ReportFold<ResolveEvent, Report>) {
    this.#answer = answer
    this.#fold = fold
  }

  /** What can be given at once; `undefined` when there is more to do than that. */
  at(now: number, notices: readonly WarningEvent[]): Report | undefined {
    const { known } = this.#answer
    if (!this.#answer.isPlainHit(now)) return undefined
    const second = Math.floor((now - known.round.at) / 1_000)
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
export function frozenCopy<T>(items: readonly T[]): readonly T[] {
  return Object.freeze([...items])
}
