import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrapResolver, DEFAULT_DIRECTORIES } from '@pstorage/discovery-bootstrap'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliRun, type StandIns } from './cli-run.js'
import { ending } from './stand-ins.js'

let base = ''

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'pstorage-directories-'))
  await mkdir(join(base, 'empty'))
  await mkdir(join(base, 'lists/c'), { recursive: true })
  await writeFile(join(base, 'lists/c/bs.list'), '192.0.2.3\n')
  await mkdir(join(base, 'unlisted/c'), { recursive: true })
  await writeFile(join(base, 'file'), '')
  await symlink('nowhere', join(base, 'dangling'))
})

afterAll(() => rm(base, { recursive: true }))

const backends: StandIns = {
  bootstrap: ({ directories }) => bootstrapResolver(directories.length > 0 ? { directories } : {}),
  zeroconf: () => ending('zeroconf', 'silent'),
}

describe('--clusters-dir', () => {
  it.each([
    ['a directory that is not there', ['nosuch'], 3, 3],
    ['a file', ['file'], 3, 3],
    ['a link to nowhere', ['dangling'], 3, 3],
    ['an empty directory', ['empty'], 6, 6],
    ['an empty directory and one that is not there', ['empty', 'nosuch'], 3, 3],
    ['a directory of another cluster', ['lists'], 6, 0],
    ['a directory of another cluster and one that is not there', ['lists', 'nosuch'], 3, 0],
    ['a directory of the cluster without a list', ['unlisted'], 6, 4],
  ])('%s', async (_, directories, resolveCode, discoverCode) => {
    const where = directories.flatMap((directory) => ['--clusters-dir', join(base, directory)])
    for (const list of ['bootstrap', 'bootstrap,zeroconf']) {
      const resolved = await cliRun(['resolve', 'other', '--backend', list, ...where], { backends })
      expect(resolved).toMatchObject({ code: resolveCode, stdout: '' })
      const discovered = await cliRun(['discover', '--backend', list, ...where], { backends })
      expect(discovered.code).toBe(discoverCode)
    }
    expect((await cliRun(['bootstrap', 'show', 'other', ...where], { backends })).code).toBe(resolveCode)
  })

  it('names the directory that is not there', async () => {
    const argv = ['resolve', 'c', '--backend', 'bootstrap', '--clusters-dir', join(base, 'nosuch')]
    const { stderr } = await cliRun(argv, { backends })
    expect(stderr).toContain(`there is no directory ${join(base, 'nosuch')}`)
  })

  it.skipIf(DEFAULT_DIRECTORIES.some((directory) => existsSync(directory)))(
    'left out, where there is no default directory',
    async () => {
      for (const list of ['bootstrap', 'bootstrap,zeroconf']) {
        const run = await cliRun(['resolve', 'c', '--backend', list], { backends })
        expect(run).toMatchObject({ code: 3, stdout: '' })
        expect(await cliRun(['discover', '--backend', list], { backends })).toMatchObject({ code: 3, stdout: '' })
      }
    },
  )
})
