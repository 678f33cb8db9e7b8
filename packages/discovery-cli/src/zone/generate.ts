import { backendLoaders } from '../ask/backends.js'
import { composeResolver } from '../ask/compose.js'
import { type AskSettings, askSettings, formatOf, type PrintSettings, printSettings } from '../command-line/settings.js'
import type { Format, RunCommand } from '../commands/command.js'
import { exitCodeOf } from '../exit-code.js'
import { asciiText } from '../output/ascii-text.js'
import type { RunCliOptions } from '../run.js'
import type { Pen } from '../terminal/attempt-line.js'
import { paintFor } from '../terminal/paint.js'
import { StatusLine } from '../terminal/status-line.js'
import { failureLines, summaryLines } from '../terminal/summary.js'
import { terminalText } from '../terminal/terminal-text.js'
import { writeData } from '../terminal/write-data.js'
import { clusterRecords } from './cluster-records.js'
import { collectClusters } from './collect-clusters.js'
import { nsupdateLines } from './nsupdate-script.js'
import type { PublishedCluster } from './zone-record.js'
import { type ZoneSettings, zoneSettings } from './zone-settings.js'
import { zoneLines } from './zone-text.js'

interface Generation extends ZoneSettings, AskSettings, PrintSettings {
  readonly format: Format
}

/** `zone generate`. */
export const runZoneGenerate: RunCommand = async (words, options) => {
  const { env, stderr, stdout } = options
  const generation: Generation = {
    ...zoneSettings(words),
    ...printSettings(words),
    ...askSettings(words, { policy: 'merge' }),
    format: formatOf(words),
  }
  const pen: Pen = { paint: paintFor(stderr, env, generation.noColor), show: terminalText(env) }
  const asking = stderr.isTTY === true && env.TERM !== 'dumb'
  const status = new StatusLine({ stream: stderr, pen, attempts: generation.verbose, asking })
  const say = (line: string): void => {
    if (!generation.quiet) status.say(line)
  }
  const byHand = generation.clusters.length > 0
  const found = byHand
    ? { clusters: generation.clusters, code: 0 }
    : await ask(generation, { options, status, pen, say })
  status.clear()
  if (found.clusters.length === 0) return found.code
  await writeData(
    stdout,
    textOf(found.clusters, generation, (message) => {
      say(`${pen.paint('warning', 'warning:')} ${message}`)
    }),
  )
  return found.code
}

interface Found {
  /** What is to be printed. */
  readonly clusters: readonly PublishedCluster[]
  readonly code: number
}

interface Ways {
  readonly options: RunCliOptions
  readonly status: StatusLine
  readonly pen: Pen
  readonly say: (line: string) => void
}

async function ask(generation: Generation, { options, status, pen, say }: Ways): Promise<Found> {
  const { quiet, timeout, verbose, isPartialEnough } = generation
  const resolver = await composeResolver(generation, options.backends ?? backendLoaders)
  try {
    const { discovered, clusters, failed } = await collectClusters({
      resolver,
      signal: options.signal,
      timeout,
      hear: (event) => {
        // To publish them is what the reader is about to do.
        if (!quiet && !(event.type === 'warning' && event.code === 'zeroconf-only')) status.hear(event)
      },
    })
    status.clear()
    const inquiry = { ...generation, command: 'discover' as const }
    if (discovered.outcome !== 'found') {
      const lines = summaryLines({ inquiry, report: discovered, witnesses: [], pen, attemptsShown: verbose })
      for (const line of lines) say(line)
      return { clusters: [], code: exitCodeOf(discovered.outcome) }
    }
    if (failed.length === 0) return { clusters, code: exitCodeOf('found') }
    const claim = isPartialEnough
      ? 'clusters or addresses may be missing'
      : 'nothing is printed, since clusters or addresses may be missing'
    for (const line of failureLines(claim, failed, { inquiry, pen, attemptsShown: verbose })) say(line)
    if (!isPartialEnough) say('what there is: --partial')
    return { clusters: isPartialEnough ? clusters : [], code: exitCodeOf('undetermined') }
  } finally {
    await resolver[Symbol.asyncDispose]()
  }
}

function textOf(
  clusters: readonly PublishedCluster[],
  generation: Generation,
  warn: (message: string) => void,
): string {
  const { domain, ttl, nameServer, serial = Math.floor(Date.now() / 1_000), format } = generation
  const records = clusterRecords(clusters)
  for (const { code, message } of records.warnings) warn(`${message} [${code}]`)
  const lines =
    format === 'nsupdate'
      ? nsupdateLines(records, domain, ttl)
      : zoneLines(records, { domain, ttl, nameServer, serial })
  const head = [`; ${clusters.length} storage clusters of ${asciiText(domain)}, by pstorage-discovery zone generate`]
  return [...head, ...lines].map((line) => `${line}\n`).join('')
}
