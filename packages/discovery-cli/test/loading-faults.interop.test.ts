import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { manPageDomain, manPageServer } from '@pstorage/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCli } from './built-cli.js'

/*
 * Breaks the program at every file that it opens. Whatever fails, it must not end with a code that says something about a
 * cluster, unless that is true.
 */

const run = promisify(execFile)
const sources = fileURLToPath(new URL('..', import.meta.url))

let place: string
/** The package as npm installs it: nothing beside it. */
let installed: string
let server: Awaited<ReturnType<typeof manPageServer>>

/** A command line that is tried, and how it ends where nothing is broken. */
interface Line {
  readonly name: string
  readonly words: readonly string[]
  readonly code: number
}

const lines: readonly Line[] = [
  { name: 'a cluster that is there', words: ['resolve', 'my-cluster'], code: 0 },
  { name: 'a cluster that is not there', words: ['resolve', 'nosuch'], code: 6 },
  { name: 'the names', words: ['discover', '--axfr', 'always'], code: 0 },
  { name: 'help', words: ['--help'], code: 0 },
  { name: 'the version', words: ['--version'], code: 0 },
  { name: 'the schema', words: ['--schema'], code: 0 },
]

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function argumentsOf({ words }: Line): readonly string[] {
  if (words[0]?.startsWith('-')) return words
  const where = ['--server', `${server.address}:${server.port}`, '--domain', manPageDomain]
  return [...words, '-q', '--backend', 'dns', '--timeout', '2', ...where]
}

/** Runs the installed program under strace, if there are words for it. */
async function ended(line: Line, strace: readonly string[] = []): Promise<Ended> {
  const program = [process.execPath, join(installed, 'dist/command/pstorage-discovery.cjs'), ...argumentsOf(line)]
  const [file = '', ...words] = strace.length === 0 ? program : ['strace', '-f', ...strace, ...program]
  const child = spawn(file, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8' },
  })
  const texts = ['', '']
  for (const [index, stream] of [child.stdout, child.stderr].entries()) {
    stream.setEncoding('utf8').on('data', (text) => {
      texts[index] += text
    })
  }
  const [code] = await once(child, 'close')
  return { code, stdout: sorted(texts[0] ?? ''), stderr: texts[1] ?? '' }
}

/** Equal priorities come in random order. */
function sorted(text: string): string {
  return text.split('\n').toSorted().join('\n')
}

/** The files that a command line opens, in order: the program's own are relative to the package. */
async function openedBy(line: Line): Promise<readonly string[]> {
  const log = join(place, 'opened')
  await ended(line, ['-e', 'trace=openat', '-o', log])
  const opened = (await readFile(log, 'utf8')).matchAll(/openat\(AT_FDCWD, "([^"]+)"/g)
  return [...opened].map(([, path = '']) => (path.startsWith(installed) ? relative(installed, path) : path))
}

const ENTRY = 'dist/command/pstorage-discovery.cjs'

function ownFilesOf(opened: readonly string[]): readonly string[] {
  const own = opened.filter((path) => !path.startsWith('/') && path !== ENTRY)
  // What was not compiled before is looked for, and is not there.
  return [...new Set(own)].filter((path) => existsSync(join(installed, path)))
}

/**
 * Runs with a fault of one call to open, or of all from it on: nothing where the first that fails is a call of Node.js
 * before the program. Which number a call has is not sure: Node.js opens up to two files more by how its memory lies.
 */
async function endedWithFault(line: Line, fault: string): Promise<Ended | undefined> {
  const log = join(place, 'faults')
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const run = await ended(line, ['-e', 'trace=openat', '-e', fault, '-o', log])
    const calls = (await readFile(log, 'utf8')).split('\n')
    const failed = calls.findIndex((call) => call.endsWith('(INJECTED)'))
    const entry = calls.findIndex((call) => call.includes(ENTRY) && !call.endsWith('(INJECTED)'))
    if (failed === -1 || (entry !== -1 && entry < failed)) return run
  }
  return undefined
}

/** Breaks a file, looks, and restores it. */
async function withFile<Result>(path: string, change: (path: string) => Promise<void>, look: () => Promise<Result>) {
  const before = await readFile(path)
  try {
    await change(path)
    return await look()
  } finally {
    await rm(path, { recursive: true, force: true })
    await writeFile(path, before)
  }
}

/** That it says the truth, or that it is broken. */
function expectTruthOrFault(run: Ended, right: Ended): void {
  if (run.code === right.code && run.code !== 70) expect(run.stdout).toBe(right.stdout)
  else expect([3, 70]).toContain(run.code)
  if (run.code === 70) expect(run.stderr).toContain('pstorage-discovery: ')
}

beforeAll(async () => {
  await buildCli()
  place = await mkdtemp(join(tmpdir(), 'pstorage-loading-'))
  installed = join(place, 'package')
  const bundle = join(installed, 'dist/command')
  await mkdir(bundle, { recursive: true })
  await cp(join(sources, 'package.json'), join(installed, 'package.json'))
  await cp(join(sources, 'schema'), join(installed, 'schema'), { recursive: true })
  const rolldown = join(sources, 'node_modules/.bin/rolldown')
  await run(rolldown, ['--config', '--dir', bundle, '--logLevel', 'silent'], { cwd: sources })
  await run(process.execPath, [join(sources, 'compile-bundle.js'), bundle])
  server = await manPageServer()
}, 120_000)

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(place, { recursive: true, force: true })
})

describe.each(lines)('$name', (line) => {
  let right: Ended
  let opened: readonly string[]

  beforeAll(async () => {
    right = await ended(line)
    opened = await openedBy(line)
    expect(right).toMatchObject({ code: line.code })
    expect(ownFilesOf(opened)).toContain('dist/command/main.cjs')
  })

  it.each([
    ['is missing', (path: string) => rm(path)],
    ['is cut short', async (path: string) => writeFile(path, (await readFile(path)).subarray(0, 500))],
    ['holds something else', (path: string) => writeFile(path, '(function () {})\n')],
    ['is zeros', async (path: string) => writeFile(path, Buffer.alloc((await readFile(path)).length))],
  ] as const)('one of its files %s', async (_, change) => {
    for (const file of ownFilesOf(opened)) {
      const broken = await withFile(join(installed, file), change, () => ended(line))
      // What was compiled before can be done without.
      if (file.includes('/compiled/')) expect({ file, ...broken }).toEqual({ file, ...right })
      else expect({ file, ...broken }).toMatchObject({ file, code: 70, stdout: '' })
    }
  })

  it.each([
    ['one file cannot be opened', 'EACCES', ''],
    ['no file can be opened from one on', 'EMFILE', '+'],
  ])('%s: %s', async (_, error, andLater) => {
    const first = opened.indexOf(ENTRY) + 2
    expect(first).toBeGreaterThan(2)
    let tried = 0
    for (let call = first; call <= opened.length; call += 1) {
      const run = await endedWithFault(line, `inject=openat:error=${error}:when=${call}${andLater}`)
      if (run === undefined) continue
      tried += 1
      expectTruthOrFault(run, right)
    }
    expect(tried).toBeGreaterThanOrEqual(opened.length - first - 1)
  })

  it('one of its files cannot be read', async () => {
    for (const file of ownFilesOf(opened)) {
      const inject = ['-P', join(installed, file), '-e', 'inject=read,pread64:error=EIO', '-o', '/dev/null']
      expectTruthOrFault(await ended(line, inject), right)
    }
  })
})

describe('an upgrade that was cut short', () => {
  const isOfBundle = (path: string): boolean => /command\/[\w-]+\.cjs$/.test(path) && path !== 'dist/command/main.cjs'

  it.each(lines.filter(({ words }) => !words[0]?.startsWith('-')))('is found out: $name', async (line) => {
    const files = ownFilesOf(await openedBy(line)).filter(isOfBundle)
    expect(files).toContain('dist/command/dns.cjs')
    for (const file of files) {
      const change = async (path: string) =>
        writeFile(path, (await readFile(path, 'utf8')).replace(/\/\/[0-9a-f]{16}\n$/, '//0123456789abcdef\n'))
      const broken = await withFile(join(installed, file), change, () => ended(line))
      expect(broken).toMatchObject({ code: 70, stdout: '' })
      expect(broken.stderr).toMatch(/^pstorage-discovery: cannot load the program: .* is of another build[^\n]*\n$/)
    }
  })
})

describe('where nothing can be opened at all', () => {
  it('Node.js ends with 1, which is why that says nothing about a cluster', async () => {
    const [line] = lines
    if (line === undefined) throw new Error('there are lines')
    const entry = join(installed, ENTRY)
    const without = await withFile(
      entry,
      (path) => rm(path),
      () => ended(line),
    )
    expect(without).toMatchObject({ code: 1, stdout: '' })
  })
})
