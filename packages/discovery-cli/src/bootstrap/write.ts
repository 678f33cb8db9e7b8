import { readFile } from 'node:fs/promises'
import { type ClusterName, formatEndpoint, quoteText, type ResolveReport } from '@pstorage/discovery-core'
import { type BackendName, backendLoaders } from '../ask/backends.js'
import { collectCluster } from '../ask/collect-clusters.js'
import { composeResolver } from '../ask/compose.js'
import { keyWithoutEffect } from '../ask/key-without-effect.js'
import { clusterOperand } from '../command-line/cluster-operand.js'
import { parseCount } from '../command-line/option-values.js'
import { type AskSettings, askSettings, type PrintSettings, printSettings } from '../command-line/settings.js'
import { UsageError } from '../command-line/usage-error.js'
import { lastOf, type Words } from '../command-line/words.js'
import type { RunCommand } from '../commands/command.js'
import { exitCodeOf } from '../exit-code.js'
import { asciiText } from '../output/ascii-text.js'
import { connectable } from '../output/connectable.js'
import type { RunCliOptions } from '../run.js'
import { couldNotAsk, failureLines, summaryLines } from '../terminal/summary.js'
import { type Voice, voiceOf } from '../terminal/voice.js'
import { OutputError, writeData } from '../terminal/write-data.js'
import { type ListPlace, listPlace, makeDirectory } from './list-file.js'

interface Writing extends AskSettings, PrintSettings {
  readonly cluster: ClusterName
  readonly minEndpoints: number
  readonly clustersDirectory: string
  readonly isDryRun: boolean
  readonly isPartialEnough: boolean
}

/** `bootstrap write`. */
export const runBootstrapWrite: RunCommand = async (words, options) => {
  const writing = writingOf(words)
  const voice = voiceOf(options, writing)
  const report = await ask(writing, options, voice)
  if (typeof report === 'number') return report
  const lines = report.endpoints.map(formatEndpoint)
  const place = await listPlace(writing.clustersDirectory, writing.cluster)
  if (writing.isDryRun) await writeData(options.stdout, lines.map((line) => `${asciiText(line)}\n`).join(''))
  const shown = quoteText(place.file, { maxLength: 1_000 })
  const count = `${lines.length} address${lines.length === 1 ? '' : 'es'}`
  if (await holds(place, lines))
    voice.say(`${shown} holds ${lines.length === 1 ? 'this address' : `these ${count}`} already`)
  else if (writing.isDryRun) voice.say(`${shown} would be written with ${count}`)
  else {
    await write(place, lines)
    voice.say(`${voice.pen.paint('good', 'written:')} ${shown} with ${count}`)
  }
  return exitCodeOf('found')
}

function writingOf(words: Words): Writing {
  const { cluster, addresses } = clusterOperand(words)
  const settings = askSettings(words, { policy: 'first', addresses })
  if (words.options.has('backend') && settings.backends.includes('bootstrap')) {
    throw new UsageError('bootstrap write asks the other backends: --backend takes dns and zeroconf')
  }
  const [directory = '/etc/pstorage/clusters', ...others] = settings.settings.directories
  if (others.length > 0) throw new UsageError('bootstrap write writes one list: give --clusters-dir once')
  const minEndpoints = lastOf(words, 'min-endpoints')
  return {
    ...settings,
    ...printSettings(words),
    backends: settings.backends.filter((name): name is BackendName => name !== 'bootstrap'),
    cluster,
    minEndpoints: minEndpoints === undefined ? 1 : parseCount('min-endpoints', minEndpoints),
    clustersDirectory: directory,
    isDryRun: words.options.has('dry-run'),
    isPartialEnough: words.options.has('partial'),
  }
}

/** What is to be written, or the exit code when nothing is. */
async function ask(writing: Writing, options: RunCliOptions, voice: Voice): Promise<ResolveReport | number> {
  const { cluster, timeout, verbose, minEndpoints, isPartialEnough } = writing
  for (const { code, message } of keyWithoutEffect(writing.settings)) voice.warn(message, code)
  const resolver = await composeResolver(writing, options.backends ?? backendLoaders)
  try {
    const query = { resolver, signal: options.signal, timeout, hear: voice.hear }
    const { report: told, witnesses } = await collectCluster(cluster, query)
    // Who reads a list does not know the link that an address of one link means.
    const report = { ...told, endpoints: connectable(told.endpoints) }
    const about = { inquiry: writing, pen: voice.pen, attemptsShown: verbose }
    const unchanged = 'the list stays as it is'
    if (report.outcome !== 'found') {
      for (const line of summaryLines({ ...about, report, witnesses })) voice.say(line)
      voice.say(unchanged)
      return exitCodeOf(report.outcome)
    }
    if (report.endpoints.length < minEndpoints) {
      voice.say(`${unchanged}: ${report.endpoints.length} of ${minEndpoints} endpoints were found`)
      return exitCodeOf('undetermined')
    }
    const failed = report.attempts.filter(couldNotAsk)
    if (failed.length === 0) return report
    const claim = 'addresses may be missing or out of date'
    const lines = failureLines(isPartialEnough ? claim : `${unchanged}, since ${claim}`, failed, about)
    for (const line of lines) voice.say(line)
    if (isPartialEnough) return report
    voice.say('write what there is: --partial')
    return exitCodeOf('undetermined')
  } finally {
    voice.clear()
    await resolver[Symbol.asyncDispose]()
  }
}

/** Whether the list has the same entries already: chance has a hand in the order of what is equally good. */
async function holds({ file }: ListPlace, lines: readonly string[]): Promise<boolean> {
  const { parseBootstrapList } = await import('@pstorage/discovery-bootstrap')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return false
  const { entries, warnings } = parseBootstrapList(text)
  const held = new Set(entries.map(({ endpoint }) => formatEndpoint(endpoint)))
  return warnings.length === 0 && held.size === lines.length && lines.every((line) => held.has(line))
}

async function write(place: ListPlace, lines: readonly string[]): Promise<void> {
  const { writeBootstrapList } = await import('@pstorage/discovery-bootstrap')
  try {
    await makeDirectory(place.directory)
    await writeBootstrapList(place.file, lines, { keepComments: true })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const isOurs = reason.startsWith('cannot write ')
    throw new OutputError(isOurs ? reason : `cannot write ${quoteText(place.file)}: ${reason}`, { cause: error })
  }
}
