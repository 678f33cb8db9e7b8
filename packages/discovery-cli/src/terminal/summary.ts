import type {
  Attempt,
  AttemptStatus,
  ClusterName,
  DiscoverReport,
  ResolveReport,
  Source,
} from '@pstorage/discovery-core'
import type { QuerySettings } from '../args/settings.js'
import { attemptLine, serverLine, sourceLine, sumUpInterfaces } from './attempt-line.js'
import type { Style } from './style.js'

/** The query that a summary is about: its cluster, its settings and its time. */
export interface SummarySubject extends QuerySettings {
  readonly cluster?: ClusterName | undefined
  readonly wait?: number | undefined
}

export interface SummaryOptions {
  readonly subject: SummarySubject
  readonly report: Pick<DiscoverReport | ResolveReport, 'outcome' | 'attempts'>
  /** The sources that name the cluster. */
  readonly sources: readonly Source[]
  readonly style: Style
  /** Set where the reader has seen each attempt already. */
  readonly attemptsShown: boolean
}

/**
 * Returns a few lines that say why there is no result, by which sources, and what may help; none where there is a result.
 * The attempts below a claim support it: no server stands below both "answered" and "no answer".
 */
export function summaryLines(options: SummaryOptions): readonly string[] {
  const { subject, report, style } = options
  const cluster = subject.cluster === undefined ? undefined : `cluster '${style.show(subject.cluster)}'`
  const failed = report.attempts.filter(hasFailed)
  const withStatus = (...statuses: readonly AttemptStatus[]): readonly Attempt[] =>
    report.attempts.filter(({ status }) => statuses.includes(status))
  const unknown = cluster === undefined ? 'cannot tell which clusters exist' : `cannot tell whether ${cluster} exists`
  switch (report.outcome) {
    case 'found':
      return []
    case 'absent': {
      const claim = cluster === undefined ? 'there is no cluster' : `${cluster} does not exist`
      return withAttempts(`${claim}; all sources answered`, withStatus('empty'), options)
    }
    case 'known':
      return [
        ...existenceLines(
          cluster === undefined ? claimOfNames(options.sources) : `${cluster} exists but has no usable address`,
          options,
        ),
        ...(failed.length > 0 ? withAttempts(claimOf(undefined, options), failed, options) : []),
        ...hintLines(failed, subject),
      ]
    case 'undetermined': {
      // Names that were cut short have been printed.
      if (failed.length > 0) return failureLines(isCutShort(failed) ? 'clusters are missing' : unknown, failed, options)
      const silent = withStatus('silent')
      if (silent.length === 0) return withAttempts(`${unknown}: no source was asked`, withStatus('skipped'), options)
      return withAttempts(`${unknown}: only multicast was asked, and silence proves nothing`, silent, options)
    }
  }
}

/** Names were found by a command that looks at their addresses too, or else none is listed. */
function claimOfNames(sources: readonly Source[]): string {
  return sources.length > 0 ? 'no cluster has a usable address' : 'there is a cluster, but no source lists its name'
}

/** Returns lines with what follows from attempts that failed, the attempts, and what may help. */
export function failureLines(
  claim: string,
  failed: readonly Attempt[],
  options: Pick<SummaryOptions, 'subject' | 'style' | 'attemptsShown'>,
): readonly string[] {
  return [...withAttempts(claimOf(claim, options), failed, options), ...hintLines(failed, options.subject)]
}

/** Returns true for an attempt after which its source may still have more. */
export function hasFailed({ status }: Pick<Attempt, 'status'>): boolean {
  return status !== 'found' && status !== 'empty' && status !== 'silent' && status !== 'skipped'
}

/** The claim about attempts that failed: they are listed below it, or were shown before. */
function claimOf(claim: string | undefined, { attemptsShown }: Pick<SummaryOptions, 'attemptsShown'>): string {
  const reason = attemptsShown ? 'not every source answered' : 'no answer from'
  return claim === undefined ? reason : `${claim}${attemptsShown ? ':' : ';'} ${reason}`
}

function existenceLines(claim: string, { sources, style }: SummaryOptions): readonly string[] {
  return withItems(sources.length === 0 ? claim : `${claim}; it is named by`, [
    ...new Set(sources.map((source) => sourceLine(source, style))),
  ])
}

/** An attempt that failed with results has more than these. */
function isCutShort(failed: readonly Attempt[]): boolean {
  return failed.some(({ count }) => count > 0)
}

function withAttempts(
  claim: string,
  attempts: readonly Attempt[],
  { style, attemptsShown }: Pick<SummaryOptions, 'style' | 'attemptsShown'>,
): readonly string[] {
  if (attemptsShown) return [claim]
  return withItems(
    claim,
    sumUpInterfaces(attempts).flatMap((attempt) => evidenceLines(attempt, style)),
  )
}

/** Of several servers, those are listed that fare as the attempt does: the others do not support what it says. */
function evidenceLines(attempt: Attempt, style: Style): readonly string[] {
  const { servers = [] } = attempt
  const isFailure = hasFailed(attempt)
  const alike = servers.filter((server) => (isFailure ? hasFailed(server) : server.status === attempt.status))
  if (servers.length < 2 || alike.length === 0) return [attemptLine(attempt, style)]
  return [attemptLine({ ...attempt, server: null }, style), ...alike.map((server) => serverLine(server, style))]
}

function withItems(claim: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [claim] : [`${claim}:`, ...items.map((item) => `  ${item}`)]
}

/** The options that may help against attempts that failed, one line each, where it is obvious. */
function hintLines(failed: readonly Attempt[], subject: SummarySubject): readonly string[] {
  const { backends, settings } = subject
  const some = (backend: string, ...statuses: readonly AttemptStatus[]): boolean =>
    failed.some((attempt) => attempt.backend === backend && statuses.includes(attempt.status))
  const others = backends.filter((name) => name !== 'zeroconf').join(',')
  const rules: readonly (readonly [applies: boolean, hint: string])[] = [
    [failed.some(({ status }) => status === 'timeout'), `wait longer with ${moreTime(subject)}`],
    [some('dns', 'unreachable') && settings.servers.length === 0, 'ask another name server with --server IP[:PORT]'],
    [some('dns', 'unavailable') && settings.domains.length === 0, 'name the search domain with --domain NAME'],
    [
      settings.axfr !== 'never' && failed.some(({ method, status }) => method === 'dns-axfr' && status === 'refused'),
      'leave out zone transfers with --axfr never',
    ],
    [some('zeroconf', 'unavailable') && others !== '', `leave out zeroconf with --backend ${others}`],
  ]
  return rules.filter(([applies]) => applies).map(([, hint]) => `hint: ${hint}`)
}

/** Twice the time that cut the attempts short. */
function moreTime({ timeout, wait }: SummarySubject): string {
  const [time, option] = wait !== undefined && wait < timeout ? [wait, '--wait'] : [timeout, '--timeout']
  return `${option} ${(time * 2) / 1_000}`
}
