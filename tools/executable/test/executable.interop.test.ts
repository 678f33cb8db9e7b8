import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { manPageDomain, manPageZone, namedServer } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Architecture, architectures } from '../src/architecture.js'
import { buildExecutable } from '../src/build-executable.js'
import { COMMAND_FOLDER } from '../src/bundle-command.js'
import { runProgram } from '../src/run-program.js'
import { temporaryFolder } from './temporary-folder.js'

const { version } = JSON.parse(readFileSync(join(COMMAND_FOLDER, 'package.json'), 'utf8'))
const folder = temporaryFolder()

/** The command in front of an executable that runs it here: an emulator for a processor of another kind. */
const emulators: Readonly<Record<Architecture, readonly string[]>> = {
  x64: [],
  arm64: ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu'],
}

const run = async (
  architecture: Architecture,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
) => {
  const [program = '', ...args] = [...emulators[architecture], join(folder, architecture), ...words]
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  return { code: child.exitCode, stdout, stderr }
}

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

describe.each(Object.keys(architectures) as Architecture[])('the executable for %s', (architecture) => {
  beforeAll(() => buildExecutable(architecture, join(folder, architecture)), 240_000)

  it('knows its version without any file beside it', async () => {
    expect(await run(architecture, ['--version'])).toEqual({
      code: 0,
      stdout: `pstorage-discovery ${version}\n`,
      stderr: '',
    })
  })

  it('prints its schema', async () => {
    expect(JSON.parse((await run(architecture, ['--schema'])).stdout)).toHaveProperty('$id')
  })

  it('resolves a cluster by a name server', async () => {
    await using named = await namedServer({ zones: { [manPageDomain]: manPageZone } })
    const dns = ['--backend', 'dns', '--server', named.server, '--domain', manPageDomain]
    const { code, stdout } = await run(architecture, ['resolve', 'my-cluster', ...dns])
    expect(stdout.split('\n').toSorted().slice(1)).toEqual([
      '192.168.100.1:2510',
      '192.168.100.3:2510',
      '192.168.100.4:2510',
    ])
    expect(code).toBe(0)
  })

  it('loads multicast, and says where it cannot', async () => {
    const { code, stderr } = await run(architecture, ['announce', 'my-cluster', '--interface', 'no-such-one'])
    expect(stderr).toContain('no-such-one')
    expect(code).toBe(3)
  })

  it('ends with 2 when it is used wrongly', async () => {
    expect((await run(architecture, ['resolve', '--no-such-option'])).code).toBe(2)
  })

  it('does not listen to what is meant for another Node', async () => {
    const words = ['resolve', 'my-cluster', '-b192.0.2.1']
    expect(await run(architecture, words, { NODE_OPTIONS: '--hash-seed=7 --no-such-option' })).toEqual({
      code: 0,
      stdout: '192.0.2.1:2510\n',
      stderr: '',
    })
  })

  it('is the same whenever it is built', async () => {
    await buildExecutable(architecture, join(folder, `${architecture}-again`))
    expect(hashOf(join(folder, `${architecture}-again`))).toBe(hashOf(join(folder, architecture)))
  })

  it('needs no library that Debian 10 and its contemporaries have not', async () => {
    const symbols = await runProgram(architectures[architecture].strip.replace(/strip$/, 'objdump'), [
      '-T',
      join(folder, architecture),
    ])
    const versions = [...symbols.matchAll(/\(GLIBC_2\.(\d+)\)/g)].map(([, minor]) => Number(minor))
    expect(Math.max(...versions)).toBe(28)
  })
})
