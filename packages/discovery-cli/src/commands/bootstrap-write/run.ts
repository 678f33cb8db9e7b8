import {
  type ClusterName,
  formatEndpoint,
  quoteText,
  type ResolveEvent,
  type ResolveReport,
  readRegularFile,
  systemClock,
  watch,
} from '@pstorage/discovery-core'
import { clusterOperand } from '../../args/cluster-argument.js'
import { lastOf, type ParsedArguments, type RunCommand } from '../../args/command.js'
import { parseCount } from '../../args/option-values.js'
import { type PrintSettings, paceOf, printSettings, type QuerySettings, querySettings } from '../../args/settings.js'
import type { BackendName, CliContext } from '../../context.js'
import { exitCodeOf, exitCodeOfSignal, OutputError, UsageError } from '../../exit-codes.js'
import { connectable } from '../../output/endpoint-files.js'
import { backendLoaders, composeResolver, keyWithoutEffect } from '../../query/backends.js'
import { collectCluster } from '../../query/collect-clusters.js'
import { StateDelivery } from '../../query/state-delivery.js'
import { backendsForWriting, interfaceWithoutEffect, WritingObstacles } from '../../query/writing-obstacles.js'
import { Reporter } from '../../terminal/reporter.js'
import { failureLines, hasFailed, summaryLines } from '../../terminal/summary.js'
import { asciiText } from '../../terminal/terminal-text.js'
import { writeData } from '../../terminal/write-data.js'
import { findListFile, type ListFile, makeDirectory } from './list-file.js'

interface Writing extends QuerySettings, PrintSettings {
  readonly cluster: ClusterName
  readonly minEndpoints: number
  readonly clustersDirectory: string
  readonly isDryRun: boolean
  readonly isPartialEnough: boolean
  readonly pace: ReturnType<typeof paceOf>
}

/** Runs `bootstrap write`: once, or with `--watch` at every change until a signal comes. */
export const runBootstrapWrite: RunCommand = async (args, context) => {
  const writing = writingOf(args)
  const reporter = new Reporter(context, writing)
  return args.options.has('watch') ? keepWritten(writing, context, reporter) : writeList(writing, context, reporter)
}

/** Milliseconds between two tries to write. */
const LONGEST_PAUSE = 300_000

/** Writes the list by the same rules after every change. A list that could not be written is written later. */
async function keepWritten(writing: Writing, context: CliContext, reporter: Reporter): Promise<number> {
  const { signal, clock = systemClock, backends = backendLoaders } = context
  const delivery = new StateDelivery({
    deliver: async () =>
      (await writeAgain(writing, context, reporter)) === 0 ? undefined : 'the list may be out of date',
    onFailure: (line) => reporter.writeLine(line),
    longestPause: LONGEST_PAUSE,
    clock,
  })
  const resolver = await composeResolver(writing, backends)
  try {
    for await (const { type } of watch(resolver, writing.cluster, {
      timeout: writing.timeout,
      signal,
      clock,
      ...writing.pace,
    })) {
      if (type !== 'stale' && type !== 'recovered') delivery.update(undefined)
    }
    return exitCodeOfSignal(signal?.reason)
  } finally {
    delivery.stop()
    reporter.clear()
    await resolver[Symbol.asyncDispose]()
  }
}

/** Writes the list, and reports what stands in the way instead of ending the watch. */
async function writeAgain(writing: Writing, context: CliContext, reporter: Reporter): Promise<number> {
  try {
    return await writeList(writing, context, reporter)
  } catch (error) {
    if (context.signal?.aborted || !(error instanceof Error)) return exitCodeOf('undetermined')
    reporter.writeLine(reporter.style.show(error.message))
    return exitCodeOf('undetermined')
  }
}

async function writeList(writing: Writing, context: CliContext, reporter: Reporter): Promise<number> {
  const report = await reportOf(writing, context, reporter)
  if (typeof report === 'number') return report
  const lines = report.endpoints.map(formatEndpoint)
  const list = await findListFile(writing.clustersDirectory, writing.cluster)
  if (writing.isDryRun) await writeData(context.stdout, lines.map((line) => `${asciiText(line)}\n`).join(''))
  const shown = quoteText(list.file, { maxLength: 1_000 })
  const count = `${lines.length} address${lines.length === 1 ? '' : 'es'}`
  if (await holds(list, lines))
    reporter.writeLine(`${shown} holds ${lines.length === 1 ? 'this address' : `these ${count}`} already`)
  else if (writing.isDryRun) reporter.writeLine(`${shown} would be written with ${count}`)
  else {
    await write(list, lines)
    reporter.writeLine(`${reporter.style.paint('good', 'written:')} ${shown} with ${count}`)
  }
  return exitCodeOf('found')
}

function writingOf(args: ParsedArguments): Writing {
  const { cluster, addresses } = clusterOperand(args)
  const settings = querySettings(args, { policy: 'merge', addresses })
  if (args.options.has('backend') && settings.backends.includes('bootstrap')) {
    throw new UsageError('bootstrap write asks the other backends: --backend takes dns and zeroconf')
  }
  const [directory = '/etc/pstorage/clusters', ...others] = settings.settings.directories
  if (others.length > 0) throw new UsageError('bootstrap write writes one list: give --clusters-dir once')
  if (args.options.has('watch') && args.options.has('dry-run')) {
    throw new UsageError('--watch writes, and --dry-run does not: leave one of them out')
  }
  if (args.options.has('watch') && settings.settings.addresses.length > 0) {
    throw new UsageError('addresses that are given do not change: leave out -b or --watch')
  }
  if (args.options.has('interval') && !args.options.has('watch')) {
    throw new UsageError('--interval has no effect without --watch')
  }
  const minEndpoints = lastOf(args, 'min-endpoints')
  return {
    ...settings,
    ...printSettings(args),
    backends: backendsForWriting(args, settings).filter((name): name is BackendName => name !== 'bootstrap'),
    cluster,
    minEndpoints: minEndpoints === undefined ? 1 : parseCount('min-endpoints', minEndpoints),
    clustersDirectory: directory,
    isDryRun: args.options.has('dry-run'),
    isPartialEnough: args.options.has('partial'),
    pace: paceOf(args),
  }
}

/** Returns the report with the addresses to write, or the exit code where nothing is to be written. */
async function reportOf(writing: Writing, context: CliContext, reporter: Reporter): Promise<ResolveReport | number> {
  const { cluster, timeout, verbose, minEndpoints, isPartialEnough } = writing
  const { backends, settings } = writing
  for (const warning of [...keyWithoutEffect(settings), ...interfaceWithoutEffect(backends, settings)]) {
    reporter.warn(warning)
  }
  const resolver = await composeResolver(writing, context.backends ?? backendLoaders)
  try {
    const obstacles = new WritingObstacles()
    const onEvent = (event: ResolveEvent): void => {
      obstacles.add(event)
      reporter.onEvent(event)
    }
    const query = { resolver, signal: context.signal, timeout, onEvent }
    const { report: complete, sources } = await collectCluster(cluster, query)
    // The reader of a list cannot know the link of a link-local address.
    const report = { ...complete, endpoints: connectable(complete.endpoints) }
    const about = { subject: writing, style: reporter.style, attemptsShown: verbose }
    const unchanged = 'the list is not changed'
    if (report.outcome !== 'found') {
      reporter.writeLines(summaryLines({ ...about, report, sources }))
      reporter.writeLine(unchanged)
      return exitCodeOf(report.outcome)
    }
    if (report.endpoints.length < minEndpoints) {
      reporter.writeLine(`${unchanged}: ${report.endpoints.length} of ${minEndpoints} endpoints were found`)
      return exitCodeOf('undetermined')
    }
    if (obstacles.disagreements.length > 0) {
      reporter.writeLine(`${unchanged}: sources disagree (see the warnings)`)
      reporter.writeLine('hint: find out which source is right, and select it with --backend NAME')
      return exitCodeOf('undetermined')
    }
    const failed = report.attempts.filter(hasFailed)
    const unnamed = await unnamedEntries(writing, report)
    if (failed.length === 0 && obstacles.missing.length === 0 && unnamed.length === 0) return report
    const claim = 'addresses may be missing or out of date'
    const whole = isPartialEnough ? claim : `${unchanged}: ${claim}`
    if (failed.length > 0) reporter.writeLines(failureLines(whole, failed, about))
    else if (obstacles.missing.length > 0)
      reporter.writeLine(`${whole}: see the warnings (${obstacles.missing.join(', ')})`)
    else reporter.writeLine(`${whole}: the list has ${unnamed.join(', ')}, and silence proves nothing`)
    if (isPartialEnough) return report
    reporter.writeLine('hint: write the list all the same with --partial')
    return exitCodeOf('undetermined')
  } finally {
    reporter.clear()
    await resolver[Symbol.asyncDispose]()
  }
}

/** Returns the entries of the list that are not in a report of multicast alone: a host that is silent need not be gone. */
async function unnamedEntries(
  { clustersDirectory, cluster }: Writing,
  { endpoints }: ResolveReport,
): Promise<readonly string[]> {
  const isByMulticast = endpoints.every(({ sources }) => sources.every(({ backend }) => backend === 'zeroconf'))
  if (!isByMulticast) return []
  const current = await entriesOf(await findListFile(clustersDirectory, cluster))
  const named = new Set(endpoints.map(formatEndpoint))
  return (current?.entries ?? []).filter((entry) => !named.has(entry))
}

/** Returns true where the list has the same entries, in any order: that of equal endpoints is random. */
async function holds(list: ListFile, lines: readonly string[]): Promise<boolean> {
  const current = await entriesOf(list)
  if (current === undefined || !current.isClean) return false
  return current.entries.length === lines.length && lines.every((line) => current.entries.includes(line))
}

/** Reads the entries of a list, each once; `undefined` where there is no list. */
async function entriesOf({
  file,
}: ListFile): Promise<{ readonly entries: readonly string[]; readonly isClean: boolean } | undefined> {
  const { parseBootstrapList } = await import('@pstorage/discovery-bootstrap')
  // Writing the list reports why it cannot be read.
  const current = await readRegularFile(file, { maxOctets: 1_024 * 1_024 }).catch(() => undefined)
  if (current === undefined) return undefined
  const { entries, warnings } = parseBootstrapList(current.bytes.toString('utf8'))
  return {
    entries: [...new Set(entries.map(({ endpoint }) => formatEndpoint(endpoint)))],
    isClean: warnings.length === 0,
  }
}

async function write(list: ListFile, lines: readonly string[]): Promise<void> {
  const { writeBootstrapList } = await import('@pstorage/discovery-bootstrap')
  try {
    await makeDirectory(list.directory)
    await writeBootstrapList(list.file, lines, { keepComments: true })
  } catch (error) {
    // Node.js repeats the call and the path: `EACCES: permission denied, mkdir '/path'`.
    const reason = (error instanceof Error ? error.message : String(error)).replace(/, mkdir '.*$/s, '')
    const isOurs = reason.startsWith('cannot write ')
    throw new OutputError(isOurs ? reason : `cannot write ${quoteText(list.file)}: ${reason}`, { cause: error })
  }
}
