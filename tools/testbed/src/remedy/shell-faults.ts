import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { splitCommands } from './split-commands.js'

/** Records its name and its arguments, after their number, and does nothing else. */
const recorder = '#!/bin/dash\nprintf \'%s\\0\' "$#" "$0" "$@" >>"$RECORD"\n'
/** The date of a remedy. */
const [today, date] = ['2026-12-01', '#!/bin/dash\nprintf 2026-12-01\n']
/** The built-in commands of shells, for which no program can stand in. */
const builtins = new Set(['test'])

/**
 * Runs the text of a remedy in bash and in dash, in an empty directory, with programs that only record their arguments. Says
 * what the shells do beside running its commands with their words: other commands, files, errors; empty where it is nothing.
 *
 * @throws Error for text that is more than words, or that runs what has to be kept from running, such as `kill`
 */
export function shellFaults(text: string): readonly string[] {
  const programs = new Set(splitCommands(text).map(([program = '']) => program))
  const wrong = [...programs].find((program) => !/^[a-z][a-z0-9-]*$/.test(program) || program === 'kill')
  if (wrong !== undefined) throw new Error(`not run: ${JSON.stringify(wrong)}`)
  const folder = mkdtempSync(join(tmpdir(), 'remedy-'))
  try {
    const path = join(folder, 'programs')
    mkdirSync(path)
    for (const program of programs) if (!builtins.has(program)) writeProgram(join(path, program), recorder)
    writeProgram(join(path, 'date'), date)
    return (['bash', 'dash'] as const).flatMap((shell) => faultsOf(shell, text, { folder, path }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function writeProgram(file: string, text: string): void {
  writeFileSync(file, text)
  chmodSync(file, 0o755)
}

function faultsOf(
  shell: 'bash' | 'dash',
  text: string,
  { folder, path }: { readonly folder: string; readonly path: string },
): readonly string[] {
  const [home, record] = [join(folder, shell), join(folder, `${shell}.record`)]
  mkdirSync(home)
  writeFileSync(record, '')
  const { stderr } = spawnSync(`/bin/${shell}`, ['-c', text], {
    cwd: home,
    env: { PATH: path, HOME: home, RECORD: record },
    encoding: 'utf8',
    timeout: 10_000,
  })
  const expected = splitCommands(text, shell).map((words) => words.join('\0').replaceAll('$(date +%F)', today))
  const others = callsIn(readFileSync(record, 'utf8')).filter((call) => {
    const index = expected.indexOf(call)
    // What `&&` and `||` leave out is not run; the rest is run in its order.
    if (index >= 0) expected.splice(0, index + 1)
    return index < 0
  })
  const files = readdirSync(home)
  return [
    ...others.map((call) => `${shell} runs ${JSON.stringify(call.split('\0'))}`),
    ...(files.length > 0 ? [`${shell} makes files: ${JSON.stringify(files)}`] : []),
    ...(stderr === '' ? [] : [`${shell} says ${JSON.stringify(stderr)}`]),
  ]
}

/** Reads the calls: their number of arguments, the program and the arguments, each with NUL at its end. */
function callsIn(record: string): readonly string[] {
  const fields = record.split('\0')
  const calls: string[] = []
  for (let at = 0; at < fields.length - 1; ) {
    const end = at + 2 + Number(fields[at])
    const [program = '', ...words] = fields.slice(at + 1, end)
    calls.push([basename(program), ...words].join('\0'))
    at = end
  }
  return calls
}
