import { formatEndpoint, type Warning } from '@pstorage/discovery-core'
import { optionalClusterOperand } from '../../args/cluster-argument.js'
import type { RunCommand } from '../../args/command.js'
import { formatOf, printSettings, querySettings } from '../../args/settings.js'
import type { ShareString } from '../../args/share-string.js'
import { exitCodeOf } from '../../exit-codes.js'
import { asciiJson, attemptShape, resolvedShape, SCHEMA_VERSION, sourceShape, warningShape } from '../../output/json.js'
import { backendLoaders } from '../../query/backends.js'
import {
  type CollectedClusters,
  type CollectOptions,
  collectCluster,
  collectClusters,
} from '../../query/collect-clusters.js'
import { columns } from '../../terminal/columns.js'
import { Reporter } from '../../terminal/reporter.js'
import { type Style, styleFor } from '../../terminal/style.js'
import { summaryLines } from '../../terminal/summary.js'
import { writeData } from '../../terminal/write-data.js'

/** Runs `bootstrap show`. */
export const runBootstrapShow: RunCommand = async (args, context) => {
  const cluster = optionalClusterOperand(args)
  const printing = printSettings(args)
  const settings = { ...querySettings(args, { policy: 'merge' }), backends: ['bootstrap'] as const }
  const format = formatOf(args)
  const { stdout, signal, backends = backendLoaders } = context
  const reporter = new Reporter(context, printing)
  const resolver = await backends.bootstrap(settings.settings)
  try {
    const warnings = new Map<string, Warning>()
    const lists = await listsOf(cluster, {
      resolver,
      signal,
      timeout: settings.timeout,
      onEvent: (event) => {
        if (event.type === 'warning') warnings.set(`${event.code} ${event.message}`, event)
        reporter.onEvent(event)
      },
    })
    const text =
      format === 'json'
        ? jsonOf(lists, [...warnings.values()], { pretty: stdout.isTTY === true })
        : textOf(lists, styleFor(stdout, context.env, printing.noColor))
    reporter.clear()
    await writeData(stdout, text)
    const subject = { ...settings, cluster: cluster?.cluster }
    const sources = lists.clusters.flatMap((each) => each.sources)
    const { style } = reporter
    reporter.writeLines(summaryLines({ subject, report: lists, sources, style, attemptsShown: printing.verbose }))
    return exitCodeOf(lists.outcome)
  } finally {
    reporter.clear()
    await resolver[Symbol.asyncDispose]()
  }
}

/** Reads the lists of one cluster or of all. The outcome is `found` where one holds an address. */
async function listsOf(one: ShareString | undefined, options: CollectOptions): Promise<CollectedClusters> {
  if (one === undefined) {
    const all = await collectClusters(options)
    if (all.outcome !== 'found') return all
    return { ...all, outcome: all.clusters.some(({ endpoints }) => endpoints.length > 0) ? 'found' : 'known' }
  }
  const { report, sources } = await collectCluster(one.cluster, options)
  const { outcome, endpoints, attempts } = report
  const isThere = endpoints.length > 0 || sources.length > 0
  return { outcome, attempts, clusters: isThere ? [{ name: one.cluster, sources, endpoints }] : [] }
}

/** The column of the file and the line. */
const ORIGIN = 2

function textOf({ clusters }: CollectedClusters, { show, width, ellipsis }: Style): string {
  const rows = clusters.flatMap(({ name, sources, endpoints }) => {
    const lines = endpoints.flatMap((endpoint) =>
      endpoint.sources.map(({ origin }) => [name, formatEndpoint(endpoint), origin]),
    )
    return lines.length > 0 ? lines : sources.map(({ origin }) => [name, '-', origin])
  })
  return columns(
    rows.map((row) => row.map(show)),
    { width, cuts: ORIGIN, ellipsis },
  )
    .map((line) => `${line}\n`)
    .join('')
}

function jsonOf(
  { outcome, clusters, attempts }: CollectedClusters,
  warnings: readonly Warning[],
  { pretty }: { readonly pretty: boolean },
): string {
  const value = {
    schemaVersion: SCHEMA_VERSION,
    outcome,
    clusters: clusters.map(({ name, sources, endpoints }) => ({
      name,
      sources: sources.map(sourceShape),
      endpoints: endpoints.map(resolvedShape),
    })),
    attempts: attempts.map(attemptShape),
    warnings: warnings.map(warningShape),
  }
  return `${asciiJson(value, pretty ? 2 : undefined)}\n`
}
