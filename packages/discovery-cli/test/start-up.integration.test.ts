import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { manPageDomain, manPageServer } from '@pstorage/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandTable } from '../src/commands/command-table.js'
import { buildCli } from './built-cli.js'

const run = promisify(execFile)
const folder = fileURLToPath(new URL('..', import.meta.url))

/** Two levels below the package, as the executable is that gets installed. */
let directory: string

/** Tells at the end, on the last line of stderr, what was loaded. */
const teller = `
  process.on('exit', () => {
    const files = Object.keys(require.cache).map((file) => require('node:path').basename(file))
    const builtins = process.moduleLoadList.flatMap((entry) => /^NativeModule ([a-z_/]+)$/.exec(entry)?.[1] ?? [])
    require('node:fs').writeSync(2, '\\n' + JSON.stringify({ files, builtins }))
  })`

interface Loaded {
  readonly stdout: string
  readonly files: readonly string[]
  readonly builtins: readonly string[]
}

async function loadedBy(argv: readonly string[]): Promise<Loaded> {
  const [hook, main] = [join(directory, 'teller.js'), join(directory, 'pstorage-discovery.cjs')]
  const { stdout, stderr } = await run(process.execPath, ['--require', hook, main, ...argv])
  const { files, builtins } = JSON.parse(stderr.slice(stderr.lastIndexOf('\n')))
  return { stdout, files: files.filter((file: string) => file !== 'teller.js').sort(), builtins }
}

beforeAll(async () => {
  await buildCli()
  directory = await mkdtemp(join(folder, 'dist', 'start-up-'))
  const rolldown = join(folder, 'node_modules', '.bin', 'rolldown')
  await run(rolldown, ['--config', '--dir', directory, '--logLevel', 'silent'], { cwd: folder })
  await writeFile(join(directory, 'package.json'), '{ "type": "commonjs" }')
  await writeFile(join(directory, 'teller.js'), teller)
}, 60_000)

afterAll(() => rm(directory, { recursive: true, force: true }))

describe('the executable', () => {
  it.each([
    [['--help'], 'Usage'],
    ...commandTable.map(({ name }): [string[], string] => [[...name.split(' '), '--help'], name]),
    [['--version'], 'pstorage-discovery'],
  ])('answers %j out of one file, without a backend or the network', async (argv, words) => {
    const { stdout, files, builtins } = await loadedBy(argv)
    expect(stdout).toContain(words)
    expect(files).toEqual(['pstorage-discovery.cjs'])
    for (const slow of ['crypto', 'tls', 'dgram', 'perf_hooks', 'dns']) expect(builtins).not.toContain(slow)
  })

  it('resolves by DNS with that backend alone, without TLS, cryptography or multicast', async () => {
    await using server = await manPageServer()
    const asking = ['--backend', 'dns', '--server', `${server.address}:${server.port}`, '--domain', manPageDomain]
    const { stdout, files, builtins } = await loadedBy(['resolve', 'my-cluster', ...asking])
    expect(stdout).not.toBe('')
    expect(files).toEqual(['dns-message.cjs', 'dns.cjs', 'pstorage-discovery.cjs'])
    for (const slow of ['crypto', 'tls', 'perf_hooks', 'dns', 'fs/promises']) expect(builtins).not.toContain(slow)
  })

  it('resolves by addresses with that backend alone', async () => {
    const { stdout, files, builtins } = await loadedBy(['resolve', 'cluster1', '-b', '192.0.2.1'])
    expect(stdout).toBe('192.0.2.1:2510\n')
    expect(files).toEqual(['bootstrap.cjs', 'pstorage-discovery.cjs'])
    for (const slow of ['crypto', 'tls', 'dgram', 'perf_hooks']) expect(builtins).not.toContain(slow)
  })
})
