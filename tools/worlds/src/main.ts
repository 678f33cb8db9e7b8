import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { product } from './product.js'
import { type Finding, type RangeResult, runRange, uniteResults } from './run-range.js'
import { type CheckedSet, spread, worldSets } from './world-sets.js'

const WORKERS = 2
/** Findings of a set that are shown. */
const SHOWN = 20

const { values } = parseArgs({
  options: {
    set: { type: 'string', multiple: true },
    /** Of each set, spread over it; default all of it. */
    worlds: { type: 'string' },
    /** One alone, by its number. */
    world: { type: 'string' },
    /** The part of a worker, and the number of parts. */
    part: { type: 'string' },
  },
})

const [part, parts] = (values.part ?? '').split('/').map(Number)
const sets = values.set === undefined ? worldSets : worldSets.filter(({ name }) => values.set?.includes(name))
if (sets.length === 0) {
  console.error(`there is no such set; there are ${worldSets.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

if (part !== undefined && parts !== undefined && values.part !== undefined) await work(part, parts)
else await lead()

/** Checks a part of each set, and tells what came of it. */
async function work(part: number, parts: number): Promise<void> {
  for (const set of sets) {
    const result = await runRange(product, set, ofPart(numbersOf(set), part, parts))
    process.send?.(result)
  }
  process.disconnect?.()
}

async function lead(): Promise<void> {
  const startedAt = performance.now()
  const parts = await Promise.all(Array.from({ length: WORKERS }, (_, index) => resultsOf(index)))
  let [worlds, violations] = [0, 0]
  for (const [index, set] of sets.entries()) {
    const result = uniteResults(parts.flatMap((results) => results[index] ?? []))
    worlds += result.worlds
    violations += show(set, result)
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  console.log(`\n${worlds} worlds in ${seconds} s on ${WORKERS} processors: ${violations} violations`)
  if (violations > 0 || parts.some((results) => results.length < sets.length)) process.exitCode = 1
}

function resultsOf(part: number): Promise<readonly RangeResult[]> {
  const given = process.argv.slice(2)
  // Most of what a world leaves behind is garbage at once, and the other processor has a worker of its own.
  const options = { execArgv: ['--max-semi-space-size=16', '--single-threaded-gc'] }
  const worker = fork(fileURLToPath(import.meta.url), [...given, '--part', `${part}/${WORKERS}`], options)
  const results: RangeResult[] = []
  worker.on('message', (result) => results.push(result as RangeResult))
  return new Promise((resolve) => worker.on('close', () => resolve(results)))
}

function show({ name, count }: CheckedSet, { worlds, milliseconds, findings }: RangeResult): number {
  const violations = findings.reduce((sum, finding) => sum + finding.count, 0)
  const of = worlds === count ? '' : ` of ${count}`
  console.log(`${name}: ${worlds}${of} worlds, ${(milliseconds / 1_000).toFixed(1)} s, ${violations} violations`)
  for (const finding of findings.slice(0, SHOWN)) console.log(textOf(finding))
  if (findings.length > SHOWN) console.log(`  and ${findings.length - SHOWN} other kinds`)
  return violations
}

function textOf({ rule, kind, count, world, detail }: Finding): string {
  return `  ${rule}, ${count} times: ${kind}\n      first in --world ${world}: ${detail}`
}

function numbersOf({ count }: CheckedSet): Iterable<number> {
  return values.world === undefined ? spread(count, Number(values.worlds ?? count)) : [Number(values.world)]
}

function* ofPart(numbers: Iterable<number>, part: number, parts: number): Generator<number> {
  let index = 0
  for (const number of numbers) {
    if (index % parts === part) yield number
    index += 1
  }
}
