import type { Source } from '@pstorage/discovery-core'
import type { PrintSettings, QuerySettings } from '../../args/settings.js'
import type { CliContext } from '../../context.js'
import { exitCodeOf } from '../../exit-codes.js'
import { backendLoaders, composeResolver } from '../../query/backends.js'
import { type CollectedCluster, type CollectedClusters, collectClusters } from '../../query/collect-clusters.js'
import { columns, shortenMiddle } from '../../terminal/columns.js'
import { Reporter } from '../../terminal/reporter.js'
import { type Style, styleFor } from '../../terminal/style.js'
import { summaryLines } from '../../terminal/summary.js'
import { wrapLine } from '../../terminal/wrap.js'
import { writeData } from '../../terminal/write-data.js'

/** Runs `discover --long`: resolves every cluster, and prints a table of them. The exit code is that of the names. */
export async function runLongList(query: PrintSettings & QuerySettings, context: CliContext): Promise<number> {
  const { stdout, env, signal, backends = backendLoaders } = context
  const reporter = new Reporter(context, query)
  const resolver = await composeResolver(query, backends)
  try {
    const onEvent = reporter.onEvent.bind(reporter)
    const collected = await collectClusters({ resolver, signal, timeout: query.timeout, onEvent })
    reporter.clear()
    await writeData(stdout, tableText(collected, styleFor(stdout, env, query.noColor)))
    const { style } = reporter
    const sources = collected.clusters.flatMap((cluster) => cluster.sources)
    const attemptsShown = query.verbose
    reporter.writeLines(summaryLines({ subject: query, report: collected, sources, style, attemptsShown }))
    const unknown = collected.clusters.filter(isUnknown)
    if (unknown.length > 0) {
      const names = unknown.length === 1 ? '1 cluster' : `${unknown.length} clusters`
      reporter.writeLine(`cannot tell the addresses of ${names}: not every source answered`)
      reporter.writeLine(`hint: see why with pstorage-discovery resolve ${style.show(unknown[0]?.name ?? '')}`)
    }
    return exitCodeOf(collected.outcome)
  } finally {
    reporter.clear()
    await resolver[Symbol.asyncDispose]()
  }
}

const HEADER = ['NAME', 'MDS', 'AUTHENTICATED', 'SOURCES']
/** The indentation of sources that do not fit beside their cluster. */
const HANG = 4

/** Returns the table; only a terminal gets its header. */
function tableText({ clusters }: CollectedClusters, { show, width, paint, ellipsis }: Style): string {
  if (clusters.length === 0) return ''
  const rows = clusters.map((cluster) => {
    const sources = [...cluster.sources, ...cluster.endpoints.flatMap((endpoint) => endpoint.sources)]
    const methods = [...new Set(sources.map(({ method }) => method))].join(', ')
    const [name = '', ...cells] = [cluster.name, countOf(cluster), authentication(sources), methods].map(show)
    return [width === undefined ? name : shortenMiddle(name, width, ellipsis), ...cells]
  })
  const [header = '', ...lines] = columns([HEADER, ...rows])
  const shown = width === undefined ? lines : [paint('aside', header), ...lines]
  return shown
    .flatMap((line) => wrapLine(line, width, HANG))
    .map((line) => `${line}\n`)
    .join('')
}

function countOf(cluster: CollectedCluster): string {
  return isUnknown(cluster) ? '?' : String(cluster.endpoints.length)
}

/** No source has an address, and one that did not answer may. */
function isUnknown({ outcome, endpoints }: CollectedCluster): boolean {
  return outcome === 'undetermined' && endpoints.length === 0
}

function authentication(sources: readonly Source[]): string {
  const count = sources.filter(({ authenticated }) => authenticated).length
  if (count === 0) return 'no'
  return count === sources.length ? 'yes' : 'partly'
}
