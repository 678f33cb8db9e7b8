import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manPageDomain, manPageServer } from '@pstorage/testbed'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildCli, mainFile } from './built-cli.js'

beforeAll(buildCli, 120_000)

let directory: string
let children: ChildProcess[]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'watch-command-'))
  children = []
  await writeList('192.0.2.1\n192.0.2.2\n')
  await writeFile(join(directory, 'record.mjs'), recorder)
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(directory, { recursive: true })
})

/** Prints a line of what it gets, and fails as long as there is a file `broken`. */
const recorder = `
  import { existsSync, readFileSync } from 'node:fs'
  const { PSTORAGE_CLUSTER, PSTORAGE_ENDPOINTS, PSTORAGE_OUTCOME } = process.env
  const { cluster, outcome, endpoints } = JSON.parse(readFileSync(0, 'utf8'))
  const set = endpoints.map(({ address, port }) => address + ':' + port).sort().join(' ')
  const line = [PSTORAGE_CLUSTER, PSTORAGE_OUTCOME, PSTORAGE_ENDPOINTS.split(' ').sort().join(' '), cluster, outcome, set].join('|')
  console.log('recorded ' + process.argv.slice(2) + ' ' + line)
  process.exit(existsSync(process.argv[2]) ? 7 : 0)
`

async function writeList(text: string): Promise<void> {
  await mkdir(join(directory, 'c'), { recursive: true })
  await writeFile(join(directory, 'c', 'bs.list.new'), text)
  await rename(join(directory, 'c', 'bs.list.new'), join(directory, 'c', 'bs.list'))
}

/** Starts a program of ours; `line` resolves with the next line of its output that matches. */
function start(program: string, words: readonly string[], env: object = {}) {
  const child = spawn(program, words, {
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let text = ''
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more) => {
      text += more
      for (const look of [...waiting]) look()
    })
  }
  const line = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(text)
        if (match === null) return
        waiting.delete(look)
        text = text.slice(match.index + match[0].length)
        resolve(match[0])
      }
      waiting.add(look)
      child.once('exit', () => reject(new Error(`ended without ${pattern}: ${text}`)))
      look()
    })
  return { child, line }
}

const watching = (...more: readonly string[]) =>
  ['watch', 'c', '--backend', 'bootstrap', '--clusters-dir', directory, ...more] as const
const exec = () => `${process.execPath} '${join(directory, 'record.mjs')}' '${join(directory, 'broken')}'`
const state = (...addresses: readonly string[]): RegExp => {
  const set = addresses.map((address) => `${address}:2510`).join(' ')
  return new RegExp(`recorded \\S+ c\\|found\\|${set}\\|c\\|found\\|${set}\n`)
}

describe('watch --exec', () => {
  it('runs a command with the results in its environment and on its standard input, at every change', async () => {
    const { child, line } = start(process.execPath, [mainFile, ...watching('--exec', exec())])
    await line(state('192.0.2.1', '192.0.2.2'))
    await writeList('192.0.2.3\n192.0.2.1\n')
    await line(state('192.0.2.1', '192.0.2.3'))
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([143, null])
  })

  it('repeats a run that fails, with what is known by then', async () => {
    await writeFile(join(directory, 'broken'), '')
    const { child, line } = start(process.execPath, [mainFile, ...watching('--exec', exec())])
    await line(/--exec: '[^\n]+' ended with exit code 7; again in 1 s\n/)
    await line(/; again in 2 s\n/)
    await rm(join(directory, 'broken'))
    await line(state('192.0.2.1', '192.0.2.2'))
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([130, null])
  })

  it.each([
    [
      'that is not there',
      '/nosuch/program',
      "cannot run '/nosuch/program': there is no such program, or its interpreter",
    ],
    ['that is a directory', '/tmp', "cannot run '/tmp': it is not executable for this user (EACCES)"],
  ])('says why a command cannot be run %s', async (_, command, says) => {
    const { line } = start(process.execPath, [mainFile, ...watching('--exec', command)])
    expect(await line(/--exec: [^\n]+; again in 1 s\n/)).toContain(says)
  })

  it('goes on where the system refuses what the command would get', async () => {
    // Longer than the system allows for one word.
    const command = `/bin/true '${'x'.repeat(140_000)}'`
    const script = join(directory, 'start.mjs')
    await writeFile(
      script,
      `process.argv.push(${[...watching('--exec')].map((word) => JSON.stringify(word)).join()}, ${JSON.stringify(command)})
      await import(${JSON.stringify(mainFile)})`,
    )
    const { child, line } = start(process.execPath, [script])
    await line(/cannot run '\/bin\/true': its arguments and environment are too long \(E2BIG\); again in 1 s\n/)
    await line(/; again in 2 s\n/)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([143, null])
  })

  it('gives the first 1,000 addresses of many in the environment, and all of them on standard input', async () => {
    const count = 5_000
    await writeList(Array.from({ length: count }, (_, n) => `10.0.${n >> 8}.${n & 255}\n`).join(''))
    const command = `sh -c 'echo "got $(echo $PSTORAGE_ENDPOINTS | wc -w) $(grep -o {.address | wc -l)"'`
    const { line } = start(process.execPath, [mainFile, ...watching('--exec', command)])
    await line(/got 1000 5000\n/)
  })
})

describe('watch', () => {
  it('ends when the reader of its socket has gone', async () => {
    const { child, line } = start(process.execPath, [mainFile, ...watching()])
    await line(/found +192\.0\.2\.2:2510/)
    child.stdout?.destroy()
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('ends when the reader of its pipe has gone', async () => {
    const words = [mainFile, ...watching()].map((word) => `'${word}'`).join(' ')
    const script = `{ '${process.execPath}' ${words}; echo "ended $?" >&2; } | head -n 2`
    const { line } = start('/bin/sh', ['-c', script])
    await line(/found +192\.0\.2\.2:2510/)
    await line(/ended 0\n/)
  })

  it('loads what it needs for multicast also where its output is a pipe', async () => {
    const words = [mainFile, 'resolve', 'c', '--backend', 'zeroconf', '--interface', 'lo'].map((word) => `'${word}'`)
    const { line } = start('/bin/sh', [
      '-c',
      `{ '${process.execPath}' ${words.join(' ')}; echo "ended $?" >&2; } | cat`,
    ])
    expect(await line(/cannot tell[\s\S]*ended 3\n/)).not.toContain('MODULE_NOT_FOUND')
  })

  const quoted = [process.execPath, mainFile].map((word) => `'${word}'`).join(' ')
  it.each([
    ['by nohup of bash', `exec nohup ${quoted} "$@"`, { _: '/usr/bin/nohup' }],
    ['by a parent that ignores it', `trap '' HUP; ${quoted} "$@" & echo "started $!"; wait`, {}],
    ['by nohup of a terminal', `exec ${quoted} "$@" 0> /dev/null`, {}],
  ])('goes on after SIGHUP where it was started %s', async (_, script, env) => {
    const { child, line } = start('/bin/sh', ['-c', script, 'sh', ...watching()], env)
    const pid = script.includes('started') ? Number((await line(/started \d+/)).split(' ')[1]) : Number(child.pid)
    await line(/found +192\.0\.2\.2:2510/)
    process.kill(pid, 'SIGHUP')
    await writeList('192.0.2.1\n192.0.2.2\n192.0.2.3\n')
    await line(/added +192\.0\.2\.3:2510/)
    process.kill(pid, 'SIGTERM')
    await once(child, 'exit')
  })

  it('ends at SIGHUP elsewhere', async () => {
    const { child, line } = start(process.execPath, [mainFile, ...watching()])
    await line(/found +192\.0\.2\.2:2510/)
    child.kill('SIGHUP')
    expect(await once(child, 'exit')).toEqual([129, null])
  })
})

describe('bootstrap write --watch', () => {
  it('writes the list at every change, and later where it could not', async () => {
    await using server = await manPageServer()
    const target = join(directory, 'written')
    const { child, line } = start(process.execPath, [
      ...[mainFile, 'bootstrap', 'write', 'c', '--watch', '--interval', '1s', '--clusters-dir', target],
      ...['--backend', 'dns', '--server', `${server.address}:${server.port}`, '--domain', manPageDomain],
    ])
    await line(/the list is not changed\n/)
    await line(/the list may be out of date; again in 1 s\n/)
    server.update({ clusters: [{ name: 'c', mds: [{ address: '192.0.2.1' }] }] })
    await line(/written: [^\n]* with 1 address\n/)
    server.update({ clusters: [{ name: 'c', mds: [{ address: '192.0.2.1' }, { address: '192.0.2.2' }] }] })
    await line(/written: [^\n]* with 2 addresses\n/)
    expect((await readFile(join(target, 'c', 'bs.list'), 'utf8')).trim().split('\n').toSorted()).toEqual([
      '192.0.2.1:2510',
      '192.0.2.2:2510',
    ])
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([143, null])
  })
})
