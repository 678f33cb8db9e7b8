import { networkInterfaces } from 'node:os'
import type { parseClusterName, ResolveEvent } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { everyCommand, optionTable } from '../src/args/option-table.js'
import { commandTable, commandWords } from '../src/commands/command-table.js'
import { cliRun, type StandIns } from './cli-run.js'
import { emitting, ending, sourceOf, worldOf } from './stand-ins.js'

const backends = worldOf({ 'my-cluster': [], 'my-other': [], second: [] })

async function completed(words: readonly string[], known: StandIns = backends) {
  const { code, stdout, stderr, loaded } = await cliRun(['__complete', '--', ...words], { backends: known })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [kind, ...lines] = stdout.trimEnd().split('\n')
  return { kind, words: lines.map((line) => line.split('\t', 1).join('')), loaded }
}

const options = (name: string, ...without: readonly string[]) =>
  Object.keys(optionTable)
    .filter((option) =>
      [...(commandTable.find((command) => command.name === name)?.options ?? []), ...everyCommand].some(
        (it) => it === option,
      ),
    )
    .filter((option) => !without.includes(option))
    .map((option) => `--${option}`)

const clusters = ['my-cluster', 'my-other', 'second']

describe('completion of', () => {
  it.each<readonly [id: string, words: readonly string[], completions: readonly string[]]>([
    ['nothing', [''], [...commandWords, 'help']],
    ['a command', ['res'], ['resolve']],
    ['a command that begins with another word', ['boot'], ['bootstrap']],
    ['a second word', ['zone', 'g'], ['generate']],
    ['what does not exist', ['frob'], []],
    ['after what does not exist', ['frob', ''], []],
    ['help', ['help', 'ann'], ['announce']],
    ['help with a second word', ['help', 'zone', 'g'], ['generate']],
    ['options of a command', ['resolve', '--'], options('resolve')],
    ['options of no command', ['--ver'], ['--verbose', '--version']],
    ['an option', ['resolve', '--min'], ['--min-endpoints']],
    ['an option of another command', ['discover', '--min'], []],
    ['no option twice', ['resolve', '--probe', '--pro'], []],
    ['an option that may be repeated', ['resolve', '--server', 'x', '--serv'], ['--server']],
    ['an option in short and again', ['resolve', '-c', 'x', '--clu'], ['--clusters-dir']],
    ['a value', ['resolve', '--policy', ''], ['first', 'merge']],
    ['which denials count', ['watch', '--denials', ''], ['proven', 'any']],
    ['an attached value', ['resolve', '--axfr=a'], ['--axfr=auto', '--axfr=always']],
    ['formats of a command', ['discover', '--format', ''], ['text', 'json', 'ndjson', 'zone']],
    ['backends', ['discover', '--backend', ''], ['dns', 'bootstrap', 'zeroconf']],
    ['a second backend', ['discover', '--backend', 'dns,'], ['dns,bootstrap', 'dns,zeroconf']],
    ['attached backends', ['discover', '--backend=zeroconf,d'], ['--backend=zeroconf,dns']],
    ['interfaces', ['announce', 'c', '--interface', ''], Object.keys(networkInterfaces())],
    ['a value that nobody can guess', ['resolve', '--server', ''], []],
    ['clusters', ['resolve', ''], clusters],
    ['a cluster', ['resolve', 'my-c'], ['my-cluster']],
    ['a cluster after options', ['resolve', '--json', '--timeout', '3', 'se'], ['second']],
    ['a cluster by -c', ['resolve', '-c', 'my'], ['my-cluster', 'my-other']],
    ['a cluster by --cluster=', ['resolve', '--cluster=my'], ['--cluster=my-cluster', '--cluster=my-other']],
    ['a cluster that may be left out', ['watch', 's'], ['second']],
    ['a cluster after --', ['resolve', '--', 'se'], ['second']],
    ['no second cluster', ['resolve', 'second', ''], []],
    ['no cluster where there is none', ['discover', ''], []],
    ['shells', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['no second shell', ['completion', 'bash', ''], []],
  ])('%s', async (_, words, completions) => {
    expect(await completed(words)).toMatchObject({ kind: 'words', words: completions })
  })

  it('says which shells there are, and not that an option is wrong', async () => {
    const run = await cliRun(['completion', 'tcsh'])
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toMatch(/: there is no completion for 'tcsh'; name the shell: completion bash, zsh or fish\n/)
  })

  it.each([
    [['resolve', '--tsig-key', ''], 'files'],
    [['resolve', '--tls-ca=/et'], 'files'],
    [['bootstrap', 'show', '--clusters-dir', ''], 'directories'],
  ])('%j is left to the shell', async (words, kind) => {
    expect(await completed(words)).toMatchObject({ kind, words: [] })
  })

  it('clusters asks DNS and bootstrap lists, and others when they are named', async () => {
    expect((await completed(['resolve', ''])).loaded).toEqual(['dns', 'bootstrap'])
    expect((await completed(['resolve', '--backend', 'zeroconf', ''])).loaded).toEqual(['zeroconf'])
  })

  it('clusters is quiet when nobody can be asked, and when what was typed is wrong', async () => {
    const failing = { dns: () => ending('dns', 'timeout'), bootstrap: () => ending('bootstrap', 'failed') }
    expect((await completed(['resolve', ''], failing)).words).toEqual([])
    expect((await completed(['resolve', ''], {})).words).toEqual([])
    expect((await completed(['resolve', '--timeout', 'never', ''])).words).toEqual([])
    expect((await completed(['resolve', '--frob', ''])).words).toEqual([])
  })

  it('CLI-9: clusters tells only what can be a name, which no shell takes for anything else', async () => {
    const hostile = ['a\x1b[2Jb', 'a b', '$(id)', 'a\nb', 'ok'].map((name): ResolveEvent => {
      return { type: 'cluster', name: name as ReturnType<typeof parseClusterName>, source: sourceOf('dns') }
    })
    const words = ['resolve', '--backend', 'dns', '']
    expect((await completed(words, { dns: () => emitting('dns', ...hostile) })).words).toEqual(['ok'])
  })

  it.each([
    ['pstorage-discovery resolve --backend=dns,z', 'dns,z', ['dns,zeroconf']],
    ['pstorage-discovery resolve --format=js', 'js', ['json']],
    ['pstorage-discovery resolve "my', 'my', ['my-cluster', 'my-other']],
    ["pstorage-discovery resolve --clusters-dir '/a b' my\\-c", 'my\\-c', ['my-cluster']],
    ['pstorage-discovery   res', 'res', ['resolve']],
    ['pstorage-discovery ', '', [...commandWords, 'help']],
  ])('a line that a shell has split: %s', async (line, word, completions) => {
    const { stdout } = await cliRun(['__complete', '--line', line, word], { backends })
    const [, ...lines] = stdout.trimEnd().split('\n')
    expect(lines.map((it) => it.split('\t', 1).join(''))).toEqual(completions)
  })

  it('every command and every option tells what it does in one line', async () => {
    for (const name of ['', ...commandTable.map((command) => command.name)]) {
      const words = name === '' ? [''] : [...name.split(' '), '--']
      const { stdout } = await cliRun(['__complete', '--', ...words])
      for (const line of stdout.trimEnd().split('\n').slice(1)) expect(line).toMatch(/^[a-z-]+\t[ -~]+$/)
    }
  })
})
