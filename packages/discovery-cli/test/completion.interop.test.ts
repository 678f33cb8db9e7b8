import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCli, childRun, mainFile } from './built-cli.js'

const run = promisify(execFile)
let directory = ''

beforeAll(async () => {
  await buildCli()
  directory = await mkdtemp(join(tmpdir(), 'pstorage-completion-'))
  for (const name of ['my-cluster', 'my-other', 'second']) {
    await mkdir(join(directory, 'clusters', name), { recursive: true })
    await writeFile(join(directory, 'clusters', name, 'bs.list'), '192.0.2.3\n')
  }
  await writeFile(join(directory, 'key file'), '')
  await mkdir(join(directory, 'bin'))
  const program = join(directory, 'bin/pstorage-discovery')
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${mainFile}' "$@"\n`)
  await chmod(program, 0o755)
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout, stderr } = await childRun(['completion', shell])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    await writeFile(join(directory, shell), stdout)
  }
}, 120_000)

afterAll(() => rm(directory, { recursive: true, force: true }))

/** A typed line, and its completion: the words to choose from, and the whole line where there is only one. */
const rows: readonly (readonly [id: string, typed: string, completions: readonly string[]])[] = [
  ['a command', 'res', ['resolve']],
  ['a second word', 'bootstrap sh', ['show']],
  ['an option', 'resolve --min', ['--min-endpoints']],
  ['a value', 'resolve --axfr al', ['always']],
  ['a format', 'discover --format nd', ['ndjson']],
  ['a cluster', 'resolve --backend bootstrap --clusters-dir DIR/clusters sec', ['second']],
  ['clusters', 'resolve --backend bootstrap --clusters-dir DIR/clusters my', ['my-cluster', 'my-other']],
  ['an attached cluster', 'resolve --backend bootstrap --clusters-dir DIR/clusters --cluster=s', ['--cluster=second']],
  ['a directory', 'bootstrap show --clusters-dir DIR/clu', ['DIR/clusters']],
  ['nothing', 'resolve --frob ', []],
]

const environment = () => ({
  PATH: `${join(directory, 'bin')}:${process.env.PATH}`,
  HOME: directory,
  TERM: 'dumb',
  LANG: 'C.UTF-8',
})
const lineOf = (typed: string) => `pstorage-discovery ${typed.replaceAll('DIR', directory)}`
const expected = (completions: readonly string[]) => completions.map((each) => each.replaceAll('DIR', directory))

describe('completion in a real shell', () => {
  it.each(rows)('bash completes %s', async (_, typed, completions) => {
    const line = lineOf(typed)
    // As readline does it: words break at blanks, "=" and ":".
    const words = line.split(/(?<=[=:])|(?=[=:])| +/)
    const script = `source ${directory}/bash
      COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDS=("\${@:2}") COMP_CWORD=$(($# - 2))
      _pstorage_discovery pstorage-discovery "\${@: -1}" "\${@: -2:1}"
      printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr } = await run('bash', ['-c', script, 'bash', line, ...words], { env: environment() })
    expect(stderr).toBe('')
    const broken = expected(completions).map((each) => each.split('=').at(-1))
    expect(stdout.trimEnd().split('\n')).toEqual(broken.length === 0 ? [''] : broken)
  })

  it('bash registers it', async () => {
    const { stdout } = await run('bash', ['-c', `source ${directory}/bash; complete -p pstorage-discovery`])
    expect(stdout).toBe('complete -F _pstorage_discovery pstorage-discovery\n')
  })

  it.each(rows)('fish completes %s', async (_, typed, completions) => {
    const script = `source ${directory}/fish; complete -C '${lineOf(typed)}'`
    const { stdout, stderr } = await run('fish', ['--no-config', '-c', script], { env: environment() })
    expect(stderr).toBe('')
    const words = stdout
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [line.split('\t', 1).join('').replace(/\/$/, '')]))
    expect(words).toEqual(expected(completions))
  })

  it.each(rows)('zsh completes %s', async (_, typed, completions) => {
    // The editor of an interactive zsh: a key completes as far as is unambiguous, another writes down what the line is then.
    const script = `
      zmodload zsh/zpty
      zpty inner zsh -f -i
      zpty -w inner 'PS1= RPS1=; unsetopt ZLE_PROMPT_SP PROMPT_CR 2>/dev/null; autoload -Uz compinit; compinit -D -u; source ${directory}/zsh'
      zpty -w inner 'told() { print -rn -- "$BUFFER" > ${directory}/buffer; exit }; zle -N told; bindkey "^T" complete-word "^X" told; echo READY'
      while zpty -r inner text; do [[ $text == READY* ]] && break; done
      zpty -w -n inner $1$'\\C-t\\C-x'
      while zpty -r inner text; do :; done
      zpty -d inner`
    await rm(join(directory, 'buffer'), { force: true })
    await run('zsh', ['-f', '-c', script, 'zsh', lineOf(typed)], { env: environment(), timeout: 20_000 })
    const [only, ...others] = expected(completions)
    const line = lineOf(typed)
    const common = others.length > 0 ? 'my-' : (only ?? '')
    const whole = completions.length === 0 ? line : `${line.slice(0, line.lastIndexOf(' ') + 1)}${common}`
    expect((await readFile(join(directory, 'buffer'), 'utf8')).replace(/[ /]$/, '')).toBe(whole.replace(/ $/, ''))
  })
})
