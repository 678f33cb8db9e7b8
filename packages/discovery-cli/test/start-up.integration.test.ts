import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { manPageDomain, manPageServer } from '@pstorage/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandTable } from '../src/commands/command-table.js'
import { buildCli } from './built-cli.js'

const run = promisify(execFile)
const folder = fileURLToPath(new URL('..', import.meta.url))

/** Starts the others, which are loaded by it. */
const START = 'pstorage-discovery.cjs'

/** Two levels below the package, as the executable is that gets installed. */
let directory: string
let sourceLength: number

/** Tells at the end, on the last line of stderr, what was loaded. */
const tracer = `
  const fs = require('node:fs')
  const { basename, dirname } = require('node:path')
  const files = []
  const { readFileSync } = fs
  fs.readFileSync = (file, ...options) => {
    const read = readFileSync(file, ...options)
    if (String(file).endsWith('.cjs') && dirname(file) === __dirname) files.push(basename(file))
    return read
  }
  process.on('exit', () => {
    const builtins = process.moduleLoadList.flatMap((entry) => /^NativeModule ([a-z_/]+)$/.exec(entry)?.[1] ?? [])
    fs.writeSync(2, '\\n' + JSON.stringify({ files, builtins }))
  })`

interface Loaded {
  readonly stdout: string
  readonly files: readonly string[]
  readonly builtins: readonly string[]
}

async function loadedBy(argv: readonly string[]): Promise<Loaded> {
  const [hook, main] = [join(directory, 'tracer.js'), join(directory, START)]
  const { stdout, stderr } = await run(process.execPath, ['--require', hook, main, ...argv])
  const { files, builtins } = JSON.parse(stderr.slice(stderr.lastIndexOf('\n')))
  return { stdout, files: files.sort(), builtins }
}

beforeAll(async () => {
  await buildCli()
  // Not in `dist`, which is kept and packed whole.
  directory = await mkdtemp(join(folder, 'node_modules', 'start-up-'))
  const rolldown = join(folder, 'node_modules', '.bin', 'rolldown')
  await run(rolldown, ['--config', '--dir', directory, '--logLevel', 'silent'], { cwd: folder })
  await writeFile(join(directory, 'package.json'), '{ "type": "commonjs" }')
  await writeFile(join(directory, 'tracer.js'), tracer)
}, 60_000)

afterAll(() => rm(directory, { recursive: true, force: true }))

describe('the executable', () => {
  it.each([
    [['--help'], 'Usage'],
    ...commandTable.map(({ name }): [string[], string] => [[...name.split(' '), '--help'], name]),
    [['--version'], 'pstorage-discovery'],
  ])('answers %j out of one file beside the start, without a backend or the network', async (argv, words) => {
    const { stdout, files, builtins } = await loadedBy(argv)
    expect(stdout).toContain(words)
    expect(files).toEqual(['main.cjs', START])
    for (const slow of ['crypto', 'tls', 'dgram', 'perf_hooks', 'dns']) expect(builtins).not.toContain(slow)
  })

  it('resolves by DNS with that backend alone, without TLS, cryptography or multicast', async () => {
    await using server = await manPageServer()
    const dnsOptions = ['--backend', 'dns', '--server', `${server.address}:${server.port}`, '--domain', manPageDomain]
    const { stdout, files, builtins } = await loadedBy(['resolve', 'my-cluster', ...dnsOptions])
    expect(stdout).not.toBe('')
    expect(files).toEqual(['dns-message.cjs', 'dns.cjs', 'main.cjs', START, 'query.cjs'])
    for (const slow of ['crypto', 'tls', 'perf_hooks', 'dns', 'fs/promises']) expect(builtins).not.toContain(slow)
  })

  it.each([
    ['what this Node.js has compiled', undefined],
    ['what is cut short, by compiling anew', (compiled: Buffer) => compiled.subarray(0, compiled.length >> 1)],
    ['what is of another length, by compiling anew', (compiled: Buffer) => compiled.subarray(1)],
    ['what is zeros, by compiling anew', (compiled: Buffer) => compiled.fill(0)],
    [
      'what another V8 has compiled, by compiling anew',
      (file: Buffer) => {
        const half = (file.length - sourceLength) / 2
        return file.fill(0, sourceLength, sourceLength + 16).fill(0, sourceLength + half, sourceLength + half + 16)
      },
    ],
    // V8 does not notice, and may run for ever.
    ...Array.from({ length: 4 }, (_, part): [string, (compiled: Buffer) => Buffer] => [
      `what is damaged after ${part} of 4 parts, by compiling anew`,
      (compiled) => {
        const position = 64 + Math.floor((part * compiled.length) / 4)
        compiled.writeUInt8(compiled.readUInt8(position) ^ 0x10, position)
        return compiled
      },
    ]),
  ] as const)('runs with %s', async (_, change) => {
    await run(process.execPath, [join(folder, 'compile-bundle.js'), directory])
    const [folderName = ''] = await readdir(join(directory, 'compiled'))
    expect(folderName).toMatch(/-[0-9a-f]{16}$/)
    const compiled = join(directory, 'compiled', folderName)
    expect((await readdir(compiled)).sort()).toEqual(['dns-message.cjs', 'dns.cjs', 'main.cjs', 'query.cjs'])
    const file = join(compiled, 'main.cjs')
    sourceLength = (await stat(join(directory, 'main.cjs'))).size
    if (change !== undefined) await writeFile(file, change(await readFile(file)))
    const { stdout } = await loadedBy(['resolve', 'cluster1', '-b', '192.0.2.1'])
    expect(stdout).toBe('192.0.2.1:2510\n')
    await rm(join(directory, 'compiled'), { recursive: true })
  })

  it('SEC-6 runs its source, and not what was compiled of another one of the same length', async () => {
    await run(process.execPath, [join(folder, 'compile-bundle.js'), directory])
    const file = join(directory, 'main.cjs')
    const source = await readFile(file, 'utf8')
    await writeFile(file, source.replaceAll('Usage', 'USAGE'))
    const { stdout } = await loadedBy(['--help'])
    await writeFile(file, source)
    await rm(join(directory, 'compiled'), { recursive: true })
    expect(stdout).toContain('USAGE')
  })

  it.each([
    [['completion', 'bash'], 'complete -F', []],
    [['zone', 'generate', 'cluster1', '--mds', 'mds1=192.0.2.1'], 'SRV', []],
    [
      ['bootstrap', 'write', 'cluster1', '-b', '192.0.2.1', '--dry-run'],
      '192.0.2.1',
      ['bootstrap.cjs', 'other-queries.cjs'],
    ],
  ] as const)('runs %j with the parts of queries, without another backend', async (argv, words, more) => {
    const { stdout, files } = await loadedBy(argv)
    expect(stdout).toContain(words)
    expect(files).toEqual([...more, 'main.cjs', 'other-commands.cjs', START, 'query.cjs'].sort())
  })

  it('resolves by addresses with that backend alone', async () => {
    const { stdout, files, builtins } = await loadedBy(['resolve', 'cluster1', '-b', '192.0.2.1'])
    expect(stdout).toBe('192.0.2.1:2510\n')
    expect(files).toEqual(['bootstrap.cjs', 'main.cjs', START, 'query.cjs'])
    for (const slow of ['crypto', 'tls', 'dgram', 'perf_hooks']) expect(builtins).not.toContain(slow)
  })
})
