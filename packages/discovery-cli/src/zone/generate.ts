import type { Attempt } from '@pstorage/discovery-core'
import { backendLoaders } from '../ask/backends.js'
import { collectClusters } from '../ask/collect-clusters.js'
import { composeResolver } from '../ask/compose.js'
import { type AskSettings, askSettings, formatOf, type PrintSettings, printSettings } from '../command-line/settings.js'
import type { Format, RunCommand } from '../commands/command.js'
import { exitCodeOf } from '../exit-code.js'
import { asciiText } from '../output/ascii-text.js'
import type { RunCliOptions } from '../run.js'
import { couldNotAsk, failureLines, summaryLines } from '../terminal/summary.js'
import { type Voice, voiceOf } from '../terminal/voice.js'
import { writeData } from '../terminal/write-data.js'
import { clusterRecords } from './cluster-records.js'
import { namesRemark, nsupdateLines } from './nsupdate-script.js'
import type { PublishedCluster } from './zone-record.js'
import { type ZoneSettings, zoneSettings } from './zone-settings.js'
import { zoneLines } from './zone-text.js'

interface Generation extends ZoneSettings, AskSettings, PrintSettings {
  readonly format: Format
}

/** `zone generate`. */
export const runZoneGenerate: RunCommand = async (words, options) => {
  const generation: Generation = {
    ...zoneSettings(words),
    ...printSettings(words),
    ...askSettings(words, { policy: 'merge' }),
    format: formatOf(words),
  }
  const voice = voiceOf(options, generation)
  const byHand = generation.clusters.length > 0
  const found = byHand ? { clusters: generation.clusters, code: 0 } : await ask(generation, options, voice)
  if (found.clusters.length === 0) return found.code
  const text = textOf(found.clusters, generation, voice)
  voice.clear()
  await writeData(options.stdout, text)
  return found.code
}

interface Found {
  /** What is to be printed. */
  readonly clusters: readonly PublishedCluster[]
  readonly code: number
}

async function ask(generation: Generation, options: RunCliOptions, voice: Voice): Promise<Found> {
  const { timeout, verbose, isPartialEnough } = generation
  const resolver = await composeResolver(generation, options.backends ?? backendLoaders)
  try {
    const { outcome, clusters, attempts } = await collectClusters({
      resolver,
      signal: options.signal,
      timeout,
      hear: (event) => {
        // To publish them is what the reader is about to do.
        if (event.type !== 'warning' || event.code !== 'zeroconf-only') voice.hear(event)
      },
    })
    const about = { inquiry: generation, pen: voice.pen, attemptsShown: verbose }
    if (outcome !== 'found') {
      const lines = summaryLines({ ...about, report: { outcome, attempts }, witnesses: [] })
      for (const line of lines) voice.say(line)
      return { clusters: [], code: exitCodeOf(outcome) }
    }
    const failed = distinct(attempts.filter(couldNotAsk))
    if (failed.length === 0) return { clusters, code: exitCodeOf('found') }
    const claim = 'clusters or addresses may be missing'
    for (const line of failureLines(isPartialEnough ? claim : `nothing is printed, since ${claim}`, failed, about)) {
      voice.say(line)
    }
    if (!isPartialEnough) voice.say('what there is: --partial')
    return { clusters: isPartialEnough ? clusters : [], code: exitCodeOf('undetermined') }
  } finally {
    voice.clear()
    await resolver[Symbol.asyncDispose]()
  }
}

/** What goes wrong for one cluster mostly does for all: each once. */
function distinct(attempts: readonly Attempt[]): readonly Attempt[] {
  const keyOf = ({ method, target, server, status, error }: Attempt): string =>
    JSON.stringify([method, target, server, status, error?.code])
  return [...new Map(attempts.map((attempt) => [keyOf(attempt), attempt])).values()]
}

/** How many names a warning holds. */
const MOST_NAMES = 5

function textOf(clusters: readonly PublishedCluster[], generation: Generation, voice: Voice): string {
  const { domain, ttl, nameServer, serial = Math.floor(Date.now() / 1_000), format } = generation
  const records = clusterRecords(clusters)
  const bare = clusters.filter(({ endpoints }) => endpoints.length === 0).map(({ name }) => name)
  if (bare.length > 0) {
    const more = bare.length > MOST_NAMES ? ` and ${bare.length - MOST_NAMES} more` : ''
    voice.warn(`no address is known of ${bare.slice(0, MOST_NAMES).join(', ')}${more}`, 'zone-record-omitted')
  }
  for (const { code, message } of records.warnings) voice.warn(message, code)
  const lines =
    format === 'nsupdate'
      ? [...namesRemark(records, domain), ...nsupdateLines(records, domain, ttl)]
      : zoneLines(records, { domain, ttl, nameServer, serial })
  const head = [
    `; ${clusters.length} storage cluster${clusters.length === 1 ? '' : 's'} of ${asciiText(domain)}, by pstorage-discovery zone generate`,
  ]
  return [...head, ...lines].map((line) => `${line}\n`).join('')
}
