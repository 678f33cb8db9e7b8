import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildExecutable } from '../src/build-executable.js'
import { COMMAND_FOLDER } from '../src/bundle-command.js'
import { buildPackage, type PackageRequest } from '../src/debian/build-package.js'
import { temporaryFolder } from './temporary-folder.js'

const { version } = JSON.parse(readFileSync(join(COMMAND_FOLDER, 'package.json'), 'utf8'))
const folder = temporaryFolder()
const executable = join(folder, 'executable')
const file = join(folder, 'first.deb')
// xz at its quickest: how small it gets is not what is tested.
const request: PackageRequest = { architecture: 'x64', executable, epoch: 1_700_000_000, level: 0 }

/** Returns the output of a program; throws where it fails. */
const output = (program: string, ...args: readonly string[]): string => {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`)
  return stdout
}
const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
const isInstalled = (): boolean => spawnSync('dpkg', ['--status', 'pstorage-discovery']).status === 0

beforeAll(async () => {
  await buildExecutable('x64', executable)
  await buildPackage(request, file)
}, 240_000)

describe('the package of Debian', () => {
  it('is the same whenever it is built', async () => {
    await buildPackage(request, join(folder, 'second.deb'))
    expect(hashOf(join(folder, 'second.deb'))).toBe(hashOf(file))
  })

  it('has no file that is newer than it says', () => {
    const dates = [...output('dpkg-deb', '--contents', file).matchAll(/ (\d{4}-\d\d-\d\d) /g)].map(([, date]) => date)
    expect(new Set(dates)).toEqual(new Set(['2023-11-14']))
  })

  it('has neither errors nor warnings by lintian', () => {
    expect(output('lintian', '--allow-root', '--fail-on', 'error,warning', file)).toBe('')
  }, 120_000)
})

describe('once installed', () => {
  let files: readonly string[] = []

  beforeAll(() => {
    if (isInstalled()) throw new Error('pstorage-discovery is installed here already, and would be replaced: remove it')
    output('dpkg', '--force-unsafe-io', '--install', file)
    files = output('dpkg', '--listfiles', 'pstorage-discovery').split('\n')
  }, 60_000)
  afterAll(() => {
    if (isInstalled()) output('dpkg', '--purge', 'pstorage-discovery')
  }, 60_000)

  it('the command runs', () => {
    expect(output('/usr/bin/pstorage-discovery', '--version')).toBe(`pstorage-discovery ${version}\n`)
    expect(output('/usr/bin/pstorage-discovery', 'resolve', 'my-cluster', '-b192.0.2.1')).toBe('192.0.2.1:2510\n')
  })

  it.each([
    '/usr/share/man/man1/pstorage-discovery.1.gz',
    '/usr/share/man/man7/pstorage-discovery.7.gz',
    '/usr/share/doc/pstorage-discovery/copyright',
    '/usr/share/doc/pstorage-discovery/NODE-LICENSE.gz',
  ])('%s is there', (path) => expect(files).toContain(path))

  it('every file is as it was packed', () => {
    expect(output('dpkg', '--verify', 'pstorage-discovery')).toBe('')
  })

  it.each(['pstorage-announce@my-cluster.service', 'pstorage-wait@my-cluster.service'])('systemd takes %s', (unit) => {
    expect(output('systemd-analyze', 'verify', '--man=no', unit)).toBe('')
  })

  it('bash completes it', () => {
    const script = 'source /usr/share/bash-completion/completions/pstorage-discovery; complete -p pstorage-discovery'
    expect(output('bash', '--norc', '-c', script)).toContain('pstorage-discovery')
  })

  it('zsh completes it', () => {
    const script = 'autoload -U compinit; compinit -D; print -r -- $_comps[pstorage-discovery]'
    expect(output('zsh', '-f', '-c', script)).toBe('_pstorage-discovery\n')
  })

  it('fish completes it', () => {
    expect(output('env', `HOME=${folder}`, 'fish', '-c', 'complete -C "pstorage-discovery disc"')).toContain('discover')
  })

  it('it leaves nothing behind', () => {
    output('dpkg', '--purge', 'pstorage-discovery')
    expect(files.filter((path) => path.includes('pstorage') && existsSync(path))).toEqual([])
  })
})
