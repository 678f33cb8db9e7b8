import { cpus } from 'node:os'
import type { Spread } from './measure.js'
import type { Result } from './result.js'

const METHOD =
  'Both sides of a row run in one process, in turns of about 20 ms, every other turn the other way round; after a warm-up, ' +
  'times are medians over the turns with the quarters beside them, and the ratio is the median of the ratios of the turns.'

const MACHINE = `Node.js ${process.version}, ${process.platform} ${process.arch}, ${cpus()[0]?.model ?? 'unknown processor'}`

/** Prints the results for people. */
export function printTable(results: readonly Result[]): void {
  const head = ['row', 'ours', 'peer', 'against', 'ratio', 'bar', '']
  const lines = results.map(({ row, measurement, met }) => [
    row.name,
    time(measurement.ours),
    time(measurement.peer),
    row.against,
    ratio(measurement.ratio),
    `>= ${row.bar.toFixed(1)}`,
    met ? 'met' : 'MISSED',
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)))
  for (const line of [head, ...lines]) {
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  }
  console.log('')
  for (const { row } of results) {
    console.log(`${row.name}: ${row.description}`)
  }
  console.log(`\n${METHOD}\n${MACHINE}`)
}

/** Prints the results as one JSON document; times are nanoseconds for one call. */
export function printJson(results: readonly Result[]): void {
  const document = {
    method: METHOD,
    machine: MACHINE,
    rows: results.map(({ row, measurement, met }) => ({
      name: row.name,
      description: row.description,
      against: row.against,
      bar: row.bar,
      met,
      ...measurement,
    })),
  }
  console.log(JSON.stringify(document, null, 2))
}

function time({ median, lower, upper }: Spread): string {
  const [unit, size] = median < 10_000 ? ['ns', 1] : median < 10_000_000 ? ['us', 1e3] : ['ms', 1e6]
  const [low, middle, high] = [lower, median, upper].map((value) => (value / Number(size)).toFixed(size === 1 ? 0 : 1))
  return `${middle} ${unit} (${low}..${high})`
}

function ratio({ median, lower, upper }: Spread): string {
  return `${median.toFixed(2)} (${lower.toFixed(2)}..${upper.toFixed(2)})`
}
