import type { RunCliOptions } from '../run.js'
import { writeData } from '../terminal/write-data.js'
import { type Candidate, candidatesFor } from './candidates.js'
import { splitLine } from './split-line.js'

/**
 * What the completion scripts call: `__complete -- WORD...` with the words after the program's name, the last being typed;
 * or `__complete --line LINE WORD` with all of the line up to the cursor, and the word as the shell sees it.
 *
 * Prints what is to be completed (`words`, `files` or `directories`) and then the words, one a line, each with a tabulator
 * and what it does. Says nothing on stderr, whatever happens: it would be written into the line that is being typed.
 */
export async function runComplete(options: RunCliOptions): Promise<number> {
  const [, form, ...rest] = options.argv
  const isLine = form === '--line'
  const words = isLine ? splitLine(rest[0] ?? '').slice(1) : rest
  const current = words.at(-1) ?? ''
  const candidates = candidatesFor(words)
  if (!('prefix' in candidates)) {
    await writeData(options.stdout, `${candidates.kind}\n`)
    return 0
  }
  const { prefix } = candidates
  const list = candidates.kind === 'words' ? candidates.words : await clustersAs(candidates.given, options)
  // Shells that split words at "=" and ":" want what follows the last of them.
  const hidden = isLine ? current.length - (rest[1] ?? '').length : 0
  const lines = list
    .map(([word, does]): Candidate => [`${prefix}${word}`, does])
    .filter(([word]) => word.startsWith(current))
    .map(([word, does]) => `${word.slice(Math.max(0, hidden))}\t${does}\n`)
  await writeData(options.stdout, `words\n${lines.join('')}`)
  return 0
}

async function clustersAs(given: readonly string[], options: RunCliOptions): Promise<readonly Candidate[]> {
  const { clusterNames } = await import('./cluster-names.js')
  const names = await clusterNames(given, options).catch(() => [])
  return names.map((name) => [name, ''])
}
