import { parseArgs } from 'node:util'
import { measure } from './measure.js'
import { printJson, printTable } from './print.js'
import type { Result } from './result.js'
import type { Row } from './row.js'
import { rows } from './rows.js'

const USAGE = `Usage: pnpm bench [ROW...] [--json]

Measures each ROW, or all, and exits with 1 when a bar is missed.

${rows.map((row) => `  ${row.name.padEnd(20)} ${row.description}`).join('\n')}`

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const asked = parse(args)
  if (typeof asked === 'string') {
    console.error(`${asked}\n\n${USAGE}`)
    return 2
  }
  if (asked.help) {
    console.log(USAGE)
    return 0
  }
  const results: Result[] = []
  for (const row of asked.rows) {
    if (!asked.json) {
      console.error(`measuring ${row.name}`)
    }
    results.push(await resultOf(row))
  }
  if (asked.json) {
    printJson(results)
  } else {
    printTable(results)
  }
  return results.every((result) => result.met) ? 0 : 1
}

async function resultOf(row: Row): Promise<Result> {
  await using _opened = await row.open?.()
  const measurement = await measure(row)
  return { row, measurement, met: measurement.ratio.median >= row.bar }
}

interface Asked {
  readonly rows: readonly Row[]
  readonly json: boolean
  readonly help: boolean
}

/** What the arguments ask for, or what is wrong with them. */
function parse(args: readonly string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    })
    const unknown = positionals.find((name) => !rows.some((row) => row.name === name))
    if (unknown !== undefined) {
      return `There is no row ${JSON.stringify(unknown)}.`
    }
    const chosen = positionals.length === 0 ? rows : rows.filter((row) => positionals.includes(row.name))
    return { rows: chosen, json: values.json, help: values.help }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
