import type { Attempt } from '@pstorage/discovery-core'
import type { Format, RunCommand } from '../../args/command.js'
import { formatOf, type PrintSettings, printSettings, type QuerySettings, querySettings } from '../../args/settings.js'
import type { CliContext } from '../../context.js'
import { exitCodeOf } from '../../exit-codes.js'
import { backendLoaders, composeResolver } from '../../query/backends.js'
import { collectClusters } from '../../query/collect-clusters.js'
import { backendsForWriting, interfaceWithoutEffect, WritingObstacles } from '../../query/writing-obstacles.js'
import { Reporter } from '../../terminal/reporter.js'
import { failureLines, hasFailed, summaryLines } from '../../terminal/summary.js'
import { asciiText } from '../../terminal/terminal-text.js'
import { writeData } from '../../terminal/write-data.js'
import { type ClusterRecords, clusterRecords } from '../../zone/cluster-records.js'
import { readRecords, ZoneContents } from '../../zone/zone-contents.js'
import type { PublishedCluster } from '../../zone/zone-record.js'
import { zoneLines } from '../../zone/zone-text.js'
import { nsupdateLines, planUpdate, readForUpdate } from '../../zone/zone-update.js'
import { type ZoneSettings, zoneSettings } from './settings.js'

interface Generation extends ZoneSettings, QuerySettings, PrintSettings {
  readonly format: Format
}

/** Runs `zone generate`. */
export const runZoneGenerate: RunCommand = async (args, context) => {
  const settings = querySettings(args, { policy: 'merge' })
  const generation: Generation = {
    ...zoneSettings(args),
    ...printSettings(args),
    ...settings,
    backends: backendsForWriting(args, settings),
    format: formatOf(args),
  }
  const reporter = new Reporter(context, generation)
  const selection =
    generation.clusters.length > 0
      ? { clusters: generation.clusters, code: 0 }
      : await findClusters(generation, context, reporter)
  if (selection.clusters.length === 0) return selection.code
  const records = recordsOf(selection.clusters, reporter)
  const lines =
    generation.format === 'nsupdate'
      ? await updateLines(records, generation, context, reporter)
      : zoneLines(records, { ...generation, serial: generation.serial ?? Math.floor(Date.now() / 1_000) })
  reporter.clear()
  if (lines === undefined) return exitCodeOf('undetermined')
  await writeData(
    context.stdout,
    [headOf(selection.clusters, generation), ...lines].map((line) => `${line}\n`).join(''),
  )
  return selection.code
}

interface Selection {
  /** The clusters to print. */
  readonly clusters: readonly PublishedCluster[]
  readonly code: number
}

async function findClusters(generation: Generation, context: CliContext, reporter: Reporter): Promise<Selection> {
  const { timeout, verbose, isPartialEnough, backends, settings } = generation
  for (const warning of interfaceWithoutEffect(backends, settings)) reporter.warn(warning)
  const resolver = await composeResolver(generation, context.backends ?? backendLoaders)
  const obstacles = new WritingObstacles()
  try {
    const { outcome, clusters, attempts } = await collectClusters({
      resolver,
      signal: context.signal,
      timeout,
      onEvent: (event) => {
        obstacles.add(event)
        reporter.onEvent(event)
      },
    })
    const about = { subject: generation, style: reporter.style, attemptsShown: verbose }
    if (outcome !== 'found') {
      reporter.writeLines(summaryLines({ ...about, report: { outcome, attempts }, sources: [] }))
      return { clusters: [], code: exitCodeOf(outcome) }
    }
    if (obstacles.disagreements.length > 0) {
      reporter.writeLine('nothing is printed: sources disagree (see the warnings)')
      reporter.writeLine('hint: find out which source is right, and select it with --backend NAME')
      return { clusters: [], code: exitCodeOf('undetermined') }
    }
    const failed = distinct(attempts.filter(hasFailed))
    const unanswered = clusters.filter((each) => each.outcome === 'undetermined' || each.outcome === 'absent')
    if (failed.length === 0 && unanswered.length === 0 && obstacles.missing.length === 0) {
      return { clusters, code: exitCodeOf('found') }
    }
    const claim = 'clusters or addresses may be missing'
    const whole = isPartialEnough ? claim : `nothing is printed: ${claim}`
    if (failed.length > 0) reporter.writeLines(failureLines(whole, failed, about))
    else if (unanswered.length > 0)
      reporter.writeLine(`${whole}: no answer about the addresses of ${namesOf(unanswered)}`)
    else reporter.writeLine(`${whole}: see the warnings (${obstacles.missing.join(', ')})`)
    if (!isPartialEnough) reporter.writeLine('hint: print the records all the same with --partial')
    return { clusters: isPartialEnough ? clusters : [], code: exitCodeOf('undetermined') }
  } finally {
    reporter.clear()
    await resolver[Symbol.asyncDispose]()
  }
}

/** Drops repeated attempts: a source that fails for one cluster mostly fails for all. */
function distinct(attempts: readonly Attempt[]): readonly Attempt[] {
  const keyOf = ({ method, target, server, status, error }: Attempt): string =>
    JSON.stringify([method, target, server, status, error?.code])
  return [...new Map(attempts.map((attempt) => [keyOf(attempt), attempt])).values()]
}

/**
 * Returns commands for nsupdate(1) that add the records to the zone; `undefined` where the zone cannot be read, or has
 * endpoints that would get lost.
 */
async function updateLines(
  records: ClusterRecords,
  generation: Generation,
  context: CliContext,
  reporter: Reporter,
): Promise<readonly string[] | undefined> {
  const { domain, ttl, timeout, settings, isReplacing, verbose } = generation
  const { signal } = context
  const read = context.readRecords ?? readRecords
  const zone = new ZoneContents((questions) => read(domain, questions, settings, { timeout, signal }))
  await readForUpdate(records, domain, zone)
  signal?.throwIfAborted()
  const claim = `nothing is printed: cannot read the zone ${asciiText(domain)}`
  if (zone.failures.length > 0) {
    const about = { subject: generation, style: reporter.style, attemptsShown: false }
    reporter.writeLines(failureLines(claim, distinct(zone.failures), about))
    return undefined
  }
  const apex = zone.get(domain, 'SOA')
  if (apex.kind === 'none' && apex.why === 'NXDOMAIN') {
    reporter.writeLine(`${claim}: the domain does not exist (NXDOMAIN)`)
    reporter.writeLine(`hint: print a whole zone with pstorage-discovery zone generate ${asciiText(domain)}`)
    return undefined
  }
  const isGiven = generation.clusters.length > 0
  const sources = isGiven ? '--mds' : generation.backends.join('+')
  const isUnauthenticated = !isGiven && generation.backends.includes('zeroconf')
  const { parts, conflicts } = planUpdate(records, zone, { domain, ttl, isReplacing, sources, isUnauthenticated })
  if (conflicts.length > 0) {
    reporter.writeLine('nothing is printed: the zone and the sources disagree:')
    for (const conflict of conflicts) reporter.writeLine(`  ${reporter.style.show(conflict)}`)
    reporter.writeLine('hint: find out which is right; remove the SRV records that no source has with --replace')
    return undefined
  }
  if (verbose)
    reporter.writeLine(`${parts.length} ${parts.length === 1 ? 'set of records changes' : 'sets of records change'}`)
  if (parts.length === 0) return ['; The zone has all of it already.']
  return ['; The update fails as a whole where the zone has changed since it was read.', ...nsupdateLines(parts)]
}

/** The number of names in a warning. */
const MOST_NAMES = 5

function namesOf(clusters: readonly PublishedCluster[]): string {
  const names = clusters.map(({ name }) => name)
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
  return `${names.slice(0, MOST_NAMES).join(', ')}${more}`
}

function recordsOf(clusters: readonly PublishedCluster[], reporter: Reporter): ClusterRecords {
  const records = clusterRecords(clusters)
  const bare = clusters.filter(({ endpoints }) => endpoints.length === 0)
  if (bare.length > 0)
    reporter.warn({ code: 'zone-record-omitted', message: `no address is known for ${namesOf(bare)}` })
  for (const warning of records.warnings) reporter.warn(warning)
  return records
}

function headOf({ length }: readonly PublishedCluster[], { domain }: Generation): string {
  return `; ${length} storage cluster${length === 1 ? '' : 's'} of ${asciiText(domain)}, by pstorage-discovery zone generate`
}
