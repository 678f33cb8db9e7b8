import { formatEndpoint, type Warning } from '@pstorage/discovery-core'
import { backendLoaders } from '../ask/backends.js'
import { type Collected, type CollectOptions, collectCluster, collectClusters } from '../ask/collect-clusters.js'
import { optionalClusterOperand } from '../command-line/cluster-operand.js'
import { askSettings, formatOf, printSettings } from '../command-line/settings.js'
import type { ShareString } from '../command-line/share-string.js'
import type { RunCommand } from '../commands/command.js'
import { exitCodeOf } from '../exit-code.js'
import { asciiJson } from '../output/ascii-json.js'
import { attemptShape, resolvedShape, SCHEMA_VERSION, sourceShape, warningShape } from '../output/json-shape.js'
import { columns } from '../terminal/columns.js'
import { summaryLines } from '../terminal/summary.js'
import type { TerminalText } from '../terminal/terminal-text.js'
import { voiceOf } from '../terminal/voice.js'
import { writeData } from '../terminal/write-data.js'

/** `bootstrap show`. */
export const runBootstrapShow: RunCommand = async (words, options) => {
  const cluster = optionalClusterOperand(words)
  const printing = printSettings(words)
  const settings = { ...askSettings(words, { policy: 'merge' }), backends: ['bootstrap'] as const }
  const format = formatOf(words)
  const { stdout, signal, backends = backendLoaders } = options
  const voice = voiceOf(options, printing)
  const resolver = await backends.bootstrap(settings.settings)
  try {
    const warnings = new Map<string, Warning>()
    const lists = await listsOf(cluster, {
      resolver,
      signal,
      timeout: settings.timeout,
      hear: (event) => {
        if (event.type === 'warning') warnings.set(`${event.code} ${event.message}`, event)
        voice.hear(event)
      },
    })
    const text =
      format === 'json'
        ? jsonOf(lists, [...warnings.values()], { pretty: stdout.isTTY === true })
        : textOf(lists, voice.pen.show)
    voice.clear()
    await writeData(stdout, text)
    const inquiry = { ...settings, cluster: cluster?.cluster }
    const witnesses = lists.clusters.flatMap(({ sources }) => sources)
    const about = { inquiry, report: lists, witnesses, pen: voice.pen, attemptsShown: printing.verbose }
    for (const line of summaryLines(about)) voice.say(line)
    return exitCodeOf(lists.outcome)
  } finally {
    voice.clear()
    await resolver[Symbol.asyncDispose]()
  }
}

/** The lists of one cluster or of all. They are found when one holds an address. */
async function listsOf(one: ShareString | undefined, options: CollectOptions): Promise<Collected> {
  if (one === undefined) {
    const all = await collectClusters(options)
    if (all.outcome !== 'found') return all
    return { ...all, outcome: all.clusters.some(({ endpoints }) => endpoints.length > 0) ? 'found' : 'known' }
  }
  const { report, witnesses } = await collectCluster(one.cluster, options)
  const { outcome, endpoints, attempts } = report
  const isThere = endpoints.length > 0 || witnesses.length > 0
  return { outcome, attempts, clusters: isThere ? [{ name: one.cluster, sources: witnesses, endpoints }] : [] }
}

function textOf({ clusters }: Collected, show: TerminalText): string {
  const rows = clusters.flatMap(({ name, sources, endpoints }) => {
    const lines = endpoints.flatMap((endpoint) =>
      endpoint.sources.map(({ origin }) => [name, formatEndpoint(endpoint), origin]),
    )
    return lines.length > 0 ? lines : sources.map(({ origin }) => [name, '-', origin])
  })
  return columns(rows.map((row) => row.map(show)))
    .map((line) => `${line}\n`)
    .join('')
}

function jsonOf(
  { outcome, clusters, attempts }: Collected,
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
