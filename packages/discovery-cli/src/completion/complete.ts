import { type ClusterName, clusterNameFault, discoverClusters } from '@pstorage/discovery-core'
import { queryOptions } from '../args/option-table.js'
import { parseArguments } from '../args/parse-arguments.js'
import { querySettings } from '../args/settings.js'
import { discover } from '../commands/discover/spec.js'
import type { CliContext } from '../context.js'
import { backendLoaders, composeResolver } from '../query/backends.js'
import { writeData } from '../terminal/write-data.js'
import { type Candidate, candidatesFor } from './candidates.js'

/**
 * Runs `__complete`, which the completion scripts call: `__complete -- WORD...` with the words after the program's name, the last being typed;
 * or `__complete --line LINE WORD` with all of the line up to the cursor, and the word as the shell sees it.
 *
 * Prints the kind of candidates (`words`, `files` or `directories`) and then the words, one per line, each with a tabulator
 * and its description. Writes nothing to stderr: that would go into the line that is being typed.
 */
export async function runComplete(context: CliContext): Promise<number> {
  const [, form, ...others] = context.argv
  const isLine = form === '--line'
  const words = isLine ? splitLine(others[0] ?? '').slice(1) : others
  const current = words.at(-1) ?? ''
  const candidates = candidatesFor(words)
  if (!('prefix' in candidates)) {
    await writeData(context.stdout, `${candidates.kind}\n`)
    return 0
  }
  const { prefix } = candidates
  const list = candidates.kind === 'words' ? candidates.words : await clustersAs(candidates.typed, context)
  // Shells that split words at "=" and ":" want what follows the last of them.
  const hidden = isLine ? current.length - (others[1] ?? '').length : 0
  const lines = list
    .map(([word, does]): Candidate => [`${prefix}${word}`, does])
    .filter(([word]) => word.startsWith(current))
    .map(([word, does]) => `${word.slice(Math.max(0, hidden))}\t${does}\n`)
  await writeData(context.stdout, `words\n${lines.join('')}`)
  return 0
}

async function clustersAs(typed: readonly string[], context: CliContext): Promise<readonly Candidate[]> {
  const names = await clusterNames(typed, context).catch(() => [])
  return names.map((name) => [name, ''])
}

/** Splits the beginning of a shell command line into words; the last is the one that is being typed, maybe empty. */
function splitLine(line: string): readonly string[] {
  const words: string[] = ['']
  let quote: string | undefined
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index] ?? ''
    const isEscaping = character === '\\' && quote !== "'"
    if (isEscaping) index += 1
    if (!isEscaping && quote === undefined && /\s/.test(character)) {
      if (words.at(-1) !== '') words.push('')
    } else if (!isEscaping && (character === quote || (quote === undefined && /['"]/.test(character)))) {
      quote = quote === undefined ? character : undefined
    } else words[words.length - 1] += isEscaping ? (line[index] ?? '') : character
  }
  return words
}

/** The longest wait after the tabulator key, in milliseconds. */
const COMPLETION_TIMEOUT = 1_000

/**
 * Returns the names of the clusters from quick sources, with the options typed so far. Unless these name backends, multicast is
 * left out: it takes a second.
 */
export async function clusterNames(typed: readonly string[], context: CliContext): Promise<readonly ClusterName[]> {
  const parsed = parseArguments(typed)
  const ofQuery = new Map([...parsed.options].filter(([name]) => queryOptions.includes(name)))
  const words = { command: discover, operands: [], options: ofQuery, env: context.env }
  const settings = querySettings(words, { policy: 'merge' })
  const backends = ofQuery.has('backend') ? settings.backends : (['dns', 'bootstrap'] as const)
  const resolver = await composeResolver({ ...settings, backends }, context.backends ?? backendLoaders)
  try {
    const query = { timeout: Math.min(settings.timeout, COMPLETION_TIMEOUT), signal: context.signal }
    const { clusters } = await discoverClusters(resolver, query)
    return clusters.map(({ name }) => name).filter((name) => clusterNameFault(name) === undefined)
  } finally {
    await resolver[Symbol.asyncDispose]()
  }
}
