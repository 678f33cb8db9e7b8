import { type DiscoverReport, type ResolveEvent, type ResolveReport, systemClock } from '@pstorage/discovery-core'
import type { CliContext } from '../context.js'
import { exitCodeOf } from '../exit-codes.js'
import { ndjsonOf, type PrintedEvent } from '../output/json.js'
import { reportText } from '../output/report-text.js'
import { LiveNames, type TableOptions } from '../output/table.js'
import { attemptLines, sumUpInterfaces } from '../terminal/attempt-line.js'
import { Reporter } from '../terminal/reporter.js'
import { styleFor } from '../terminal/style.js'
import { summaryLines } from '../terminal/summary.js'
import { BlockWriter, writeData } from '../terminal/write-data.js'
import { backendLoaders, composeResolver, keyWithoutEffect } from './backends.js'
import { hasTooFew, poll, type Query, type ResolveQuery } from './poll.js'
import { EndpointProbe, type EndpointProbeOptions } from './probe-endpoints.js'
import { similarName } from './similar-name.js'
import { waitForCluster } from './wait-for-cluster.js'

/** Runs a query, shows its progress, prints the result, and returns the exit code of its outcome. */
export async function runQuery(query: Query, context: CliContext): Promise<number> {
  const { stdout, stderr, signal, backends = backendLoaders, clock = systemClock } = context
  const isTerminal = stderr.isTTY === true && !query.quiet
  const attemptsShown = isTerminal || query.verbose
  // The attempts of many polls would drown a terminal: those of the last one are shown when it is over.
  const attemptsComeLate = attemptsShown && !query.verbose && waits(query)
  const isHeld = isTerminal && !query.verbose && !attemptsComeLate
  const reporter = new Reporter(context, query, isHeld ? { attempts: 'held' } : {})
  const { style } = reporter
  const print = async (text: string): Promise<void> => {
    if (text === '') return
    reporter.clear()
    await writeData(stdout, text)
    reporter.showStatus()
  }
  const table = tableFor(query, context)
  const live = query.command === 'discover' && table !== undefined ? new LiveNames({ ...table, print }) : undefined
  const blocks = query.format === 'ndjson' ? new BlockWriter(print) : undefined
  const publish = (event: PrintedEvent): Promise<void> | undefined => {
    reporter.onEvent(event)
    if (event.type === 'cluster') live?.add(event)
    return blocks?.add(ndjsonOf(event))
  }
  const showProgress = (text: string): void => reporter.showProgress(text)
  const probe = probeOf(query, { clock, signal, onEvent: publish, onProgress: showProgress })
  const onEvent = (event: ResolveEvent): Promise<void> | undefined =>
    probe === undefined ? publish(event) : probe.add(event)

  if (query.command === 'resolve') for (const warning of keyWithoutEffect(query.settings)) reporter.warn(warning)
  const startedAt = clock.now()
  const finished = new AbortController()
  const resolver = await composeResolver(query, backends)
  if (isHeld) clock.sleep(QUIET_TIME, finished.signal).then(() => reporter.showAttempts(), ignoreAbort)
  try {
    const running = waits(query)
      ? waitForCluster(query, { resolver, signal, wait: query.wait, clock, onEvent, onPause: showProgress })
      : poll(query, { resolver, signal, timeout: query.timeout, onEvent })
    // Without a reader the query need not go on.
    const result = await (blocks === undefined ? running : Promise.race([running, blocks.failed]))
    const report = probe !== undefined && 'endpoints' in result.report ? probe.applyTo(result.report) : result.report
    const isTooLittle = query.command === 'resolve' && hasTooFew(report, query.minEndpoints)
    if (report.outcome !== 'found' || isTooLittle || clock.now() - startedAt >= QUIET_TIME) {
      if (attemptsComeLate) {
        const attempts = query.verbose ? report.attempts : sumUpInterfaces(report.attempts)
        reporter.writeLines(attempts.flatMap((attempt) => attemptLines(attempt, style)))
      } else reporter.showAttempts()
    }
    await live?.end()
    await blocks?.end()
    reporter.clear()
    if (live === undefined) {
      const printed = { show: style.show, pretty: stdout.isTTY === true, table }
      await writeData(stdout, await reportText(withBest(report, query), query.format, printed))
    }
    reporter.writeLines(summaryLines({ subject: query, report, sources: result.sources, style, attemptsShown }))
    if (query.command === 'resolve' && report.outcome === 'absent' && !query.quiet && !waits(query)) {
      const timeLeft = query.timeout - (clock.now() - startedAt)
      const meant = await similarName(query, { backends, signal, timeLeft })
      if (meant !== undefined) reporter.writeLine(`did you mean ${meant}?`)
    }
    return exitCodeOf(isTooLittle ? 'undetermined' : report.outcome)
  } finally {
    finished.abort()
    // After a signal, the events that have come are printed; a write that fails has been reported.
    await blocks?.end().catch(() => {})
    reporter.clear()
    await resolver[Symbol.asyncDispose]()
  }
}

/** Milliseconds in which a query that succeeds shows no attempts. */
const QUIET_TIME = 300

function ignoreAbort(): void {}

/** Returns a report with at most the endpoints of `--count`, the best ones. */
function withBest(report: DiscoverReport | ResolveReport, query: Query): DiscoverReport | ResolveReport {
  if (query.command === 'discover' || !('endpoints' in report)) return report
  return { ...report, endpoints: report.endpoints.slice(0, query.count) }
}

/** Returns the options of the table that text is on a terminal. */
function tableFor(query: Query, { stdout, env }: CliContext): TableOptions | undefined {
  if (query.format !== 'text' || stdout.isTTY !== true) return undefined
  return { style: styleFor(stdout, env, query.noColor), width: stdout.columns || 80 }
}

/** Addresses of `-b` do not change: there is nothing to wait for. */
function waits(query: Query): query is ResolveQuery & { readonly wait: number } {
  return query.command === 'resolve' && query.wait !== undefined && query.settings.addresses.length === 0
}

/** The least time, in milliseconds, for connections when `--wait` is nearly over. */
const LEAST_PROBE_TIME = 250

function probeOf(
  query: Query,
  options: Omit<EndpointProbeOptions, 'timeLeft' | 'remedy' | 'onStart'> & {
    readonly onProgress: (text: string) => void
  },
): EndpointProbe | undefined {
  if (query.command !== 'resolve' || !query.probe) return undefined
  const { clock, onProgress } = options
  const { policy, backends, settings } = query
  const hasOthers = policy === 'first' && backends.length > 1 && settings.addresses.length === 0
  const endsAt = waits(query) ? clock.now() + query.wait : Number.POSITIVE_INFINITY
  return new EndpointProbe({
    ...options,
    // A list may be readable and wrong, and hide a source that is right.
    remedy: hasOthers ? 'other sources may have the right ones: --policy merge' : undefined,
    timeLeft: () => Math.max(LEAST_PROBE_TIME, Math.min(query.timeout, endsAt - clock.now())),
    onStart: (count) => onProgress(`trying to connect to ${count} endpoint${count === 1 ? '' : 's'} ...`),
  })
}
