import { parseArgs } from 'node:util'
import { exitCodeOf, measureRows } from './measure-rows.js'
import { printJson, printProgress, printTable } from './print.js'
import { rows } from './rows.js'
import { studies } from './studies.js'

const listed = (of: readonly { readonly name: string; readonly description: string }[]): string =>
  of.map(({ name, description }) => `  ${name.padEnd(20)} ${description}`).join('\n')

const USAGE = `Usage: pnpm bench [ROW...] [--json]
       pnpm bench STUDY

Measures each ROW, or all, and exits with 1 when a bar is not held, otherwise with 3 when a row could not be measured. What
comes of each row goes to standard error as it comes, and all of it to standard output at the end.

${listed(rows)}

A STUDY shows how cost grows, and has no bar:

${listed(studies)}`

process.exitCode = await main(process.argv.slice(2))
// A peer may keep something open.
process.exit()

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
  const study = studies.find(({ name }) => name === asked.names[0])
  if (study !== undefined) {
    await study.run()
    return 0
  }
  const chosen = asked.names.length === 0 ? rows : rows.filter(({ name }) => asked.names.includes(name))
  console.error(`measuring ${chosen.map(({ name }) => name).join(', ')}`)
  const results = await measureRows(chosen, { tell: printProgress })
  if (asked.json) printJson(results)
  else printTable(results)
  return exitCodeOf(results)
}

interface Asked {
  readonly names: readonly string[]
  readonly json: boolean
  readonly help: boolean
}

/** Parses the arguments; returns a message where they are wrong. */
function parse(args: readonly string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    })
    const known = new Set([...rows, ...studies].map(({ name }) => name))
    const unknown = positionals.find((name) => !known.has(name))
    if (unknown !== undefined) return `There is no row or study ${JSON.stringify(unknown)}.`
    if (positionals.length > 1 && studies.some(({ name }) => positionals.includes(name))) {
      return 'A study is run alone.'
    }
    return { names: positionals, json: values.json, help: values.help }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
