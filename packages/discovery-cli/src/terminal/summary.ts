import type { Attempt, AttemptStatus, DiscoverReport, ResolveReport, Source } from '@pstorage/discovery-core'
import type { Inquirer } from '../ask/inquiry.js'
import { attemptLine, type Pen, sourceLine } from './attempt-line.js'
import { remedies } from './remedies.js'

export interface SummaryOptions {
  readonly inquiry: Inquirer
  readonly report: Pick<DiscoverReport | ResolveReport, 'outcome' | 'attempts'>
  /** Who says that the cluster exists. */
  readonly witnesses: readonly Source[]
  readonly pen: Pen
  /** Whether the reader has seen each attempt already. */
  readonly attemptsShown: boolean
}

/** Says in a few lines why there is no result, who said so, and what may help; nothing when there is one. */
export function summaryLines(options: SummaryOptions): readonly string[] {
  const { inquiry, report, pen } = options
  const subject = inquiry.cluster !== undefined ? `cluster '${pen.show(inquiry.cluster)}'` : 'cluster'
  const failed = report.attempts.filter(couldNotAsk)
  const withStatus = (...statuses: readonly AttemptStatus[]): readonly Attempt[] =>
    report.attempts.filter(({ status }) => statuses.includes(status))
  switch (report.outcome) {
    case 'found':
      return []
    case 'absent':
      return listed(options, `no ${subject}: everybody could be asked, and these said no`, withStatus('empty'))
    case 'known':
      return [
        ...existenceLines(`${subject} exists, but nobody has a usable address for it`, options),
        ...(failed.length > 0 ? listed(options, 'these could not be asked or did not answer', failed) : []),
        ...remedies(failed, inquiry),
      ]
    case 'undetermined':
      if (failed.length === 0) {
        const claim = `cannot tell whether there is a ${subject}: nobody who can say no was asked`
        return listed(options, claim, withStatus('silent', 'skipped'))
      }
      return failureLines(`cannot tell whether there is a ${subject}`, failed, options)
  }
}

/** Says what follows from attempts that failed, which they are, and what may help. */
export function failureLines(
  claim: string,
  failed: readonly Attempt[],
  options: Pick<SummaryOptions, 'inquiry' | 'pen' | 'attemptsShown'>,
): readonly string[] {
  const lines = listed(options, `${claim}: these could not be asked or did not answer`, failed)
  return [...lines, ...remedies(failed, options.inquiry)]
}

function existenceLines(claim: string, { witnesses, pen }: SummaryOptions): readonly string[] {
  if (witnesses.length === 0) return [claim]
  return withItems(`${claim}; it is named by`, [...new Set(witnesses.map((source) => sourceLine(source, pen)))])
}

/** Whether because of it nobody can say that all is known. */
export function couldNotAsk({ status }: Attempt): boolean {
  return status !== 'found' && status !== 'empty' && status !== 'silent' && status !== 'skipped'
}

function listed(
  { pen, attemptsShown }: Pick<SummaryOptions, 'pen' | 'attemptsShown'>,
  claim: string,
  attempts: readonly Attempt[],
): readonly string[] {
  if (attemptsShown) return [claim]
  return withItems(
    claim,
    attempts.map((attempt) => attemptLine(attempt, pen)),
  )
}

function withItems(claim: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [claim] : [`${claim}:`, ...items.map((item) => `  ${item}`)]
}
