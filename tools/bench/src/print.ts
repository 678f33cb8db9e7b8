import { cpus, loadavg } from 'node:os'
import type { Result } from './measure-rows.js'
import type { Line, Unit } from './row.js'
import type { Spread } from './spread.js'

const METHOD =
  'All sides of a row are measured in turns on this machine, every other round the other way round; figures are medians over ' +
  'the rounds with the least beside them, and a ratio is the median of the ratios of the rounds: ours by the other. ' +
  '"Of least" is the ratio of the least figures: what counts where the machine does other things too.'

const machine = (): string =>
  `Node.js ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ` +
  `load ${loadavg()[0]?.toFixed(1)}`

/** Prints the results for people. */
export function printTable(results: readonly Result[]): void {
  const head = ['row', 'ours', 'other', 'against', 'ratio', 'of least', 'bar', '']
  const rows = results.flatMap(rowsOf)
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  for (const row of [head, ...rows]) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  }
  console.log('')
  for (const { name, description } of results) console.log(`${name}: ${description}`)
  console.log(`\n${METHOD}\n${machine()}`)
}

/** Prints what came of one row as soon as it is known, so that what breaks off later loses nothing. */
export function printProgress(result: Result): void {
  for (const row of rowsOf(result)) console.error(row.join('  '))
}

function rowsOf({ name, lines, unmeasured }: Result): readonly (readonly string[])[] {
  if (unmeasured !== undefined) return [[name, '-', '-', '-', '-', '-', '-', `not measured: ${unmeasured}`]]
  return lines.map((line) => [name, ...cells(line)])
}

function cells({ ours, other, against, unit, ratio, leastRatio, atMost, held, remark }: Line): readonly string[] {
  const verdict = atMost === undefined ? 'reported' : held ? 'held' : 'NOT HELD'
  const bar = atMost === undefined ? '-' : `<= ${atMost}x`
  const end = remark === undefined ? verdict : `${verdict} (${remark})`
  return [
    figure(ours, unit),
    figure(other, unit),
    against,
    `${ratio.toFixed(2)}x`,
    `${leastRatio.toFixed(2)}x`,
    bar,
    end,
  ]
}

function figure({ median, least }: Spread, unit: Unit): string {
  const [size, name] = scaleOf(median, unit)
  const digits = size === 1 && unit === 'ns' ? 0 : 1
  return `${(median / size).toFixed(digits)} (${(least / size).toFixed(digits)}) ${name}`
}

function scaleOf(median: number, unit: Unit): readonly [number, string] {
  if (unit !== 'ns') return [1, unit]
  if (median < 10_000) return [1, 'ns']
  return median < 10_000_000 ? [1e3, 'us'] : [1e6, 'ms']
}

/** Prints the results as one JSON document. */
export function printJson(results: readonly Result[]): void {
  console.log(JSON.stringify({ method: METHOD, machine: machine(), rows: results }, null, 2))
}
