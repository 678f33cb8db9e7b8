import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { installNode } from '@pstorage/node-matrix'
import { strykerConfig } from './stryker-config.js'
import { type MutationReport, mutationScore, uselessComments } from './survivors.js'
import { targets } from './targets.js'

/** Of 100 mutants, so many have to be noticed. */
const BAR = 90

const root = fileURLToPath(new URL('../../..', import.meta.url))
const reports = fileURLToPath(new URL('../node_modules/.cache/reports', import.meta.url))
// Its package exports its command no other way.
const stryker = fileURLToPath(new URL('../node_modules/@stryker-mutator/core/bin/stryker.js', import.meta.url))

const { values, positionals: names } = parseArgs({
  options: { changed: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const unknown = names.filter((name) => targets[name] === undefined)
if (unknown.length > 0) {
  console.error(
    `unknown: ${unknown.join(', ')}\nusage: pnpm mutate [--changed] [TARGET...], of ${Object.keys(targets).join(', ')}`,
  )
  process.exitCode = 2
} else {
  // On a newer Node.js than the oldest that is supported here, since newer versions of Stryker run on nothing else.
  const { folder } = await installNode('24')
  await mkdir(reports, { recursive: true })
  for (const name of names.length > 0 ? names : Object.keys(targets)) {
    const isGood = await mutate(name, join(folder, 'node'))
    if (!isGood) process.exitCode = 1
  }
}

/** Tries one target, prints the survivors, and returns true where the bar is kept. */
async function mutate(name: string, node: string): Promise<boolean> {
  const target = targets[name]
  if (target === undefined) return false
  const [config, report, last] = ['config', 'report', 'last'].map((what) => join(reports, `${name}.${what}.json`)) as [
    string,
    string,
    string,
  ]
  await writeFile(config, JSON.stringify(strykerConfig(name, target, { report, last, changed: values.changed })))
  const startedAt = performance.now()
  const child = spawn(node, [stryker, 'run', config], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, MUTATED_TESTS: target.tests.join('\n') },
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) {
    console.log(`${name}: Stryker ended with ${code}`)
    return false
  }
  const result: MutationReport = JSON.parse(await readFile(report, 'utf8'))
  const { noticed, survivors, explained, score } = mutationScore(result)
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1)
  const count = noticed + survivors.length + explained
  console.log(
    `${name}: ${score.toFixed(1)} % of ${count} mutants noticed, ${explained} explained by comments, ` +
      `${survivors.length} survivors, ${minutes} minutes`,
  )
  for (const { file, line, mutator, replacement, source } of survivors) {
    console.log(`  ${file}:${line} ${mutator}\n    - ${source}\n    + ${replacement.split('\n', 1)[0]}`)
  }
  for (const { file, line, problem } of uselessComments(result))
    console.log(`  ${file}:${line}: the comment ${problem}`)
  return score >= BAR && survivors.length === 0
}
