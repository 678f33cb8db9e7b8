import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { keyFile } from '@pstorage/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliRun } from './cli-run.js'
import { worldOf } from './stand-ins.js'

const key = { name: 'transfer.key', algorithm: 'hmac-sha256', secret: 'c2VjcmV0' } as const

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pstorage-option-files-'))
  await writeFile(join(directory, 'rubbish'), Buffer.from(Array.from({ length: 4_096 }, (_, index) => index % 251)))
  await writeFile(join(directory, 'empty'), '')
  await writeFile(join(directory, 'half'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  await symlink(join(directory, 'gone'), join(directory, 'dangling'))
  await writeFile(join(directory, 'ca'), rootCertificates[0] ?? '')
})
afterAll(() => rm(directory, { recursive: true }))

const commands: readonly (readonly string[])[] = [
  ['discover'],
  ['discover', '--axfr', 'always'],
  ['discover', '--axfr', 'never', '--backend', 'bootstrap'],
  ['resolve', 'c'],
  ['resolve', 'c', '-b', '192.0.2.1'],
  ['resolve', 'c', '-q'],
  ['watch'],
  ['watch', 'c'],
  ['doctor'],
  ['zone', 'generate', 'd.test'],
  ['zone', 'lint', 'd.test'],
  ['bootstrap', 'write', 'c'],
]

const files: readonly (readonly [file: string, key: RegExp, ca: RegExp])[] = [
  ['none', /cannot be read: ENOENT/, /cannot be read: ENOENT/],
  ['dangling', /cannot be read: ENOENT/, /cannot be read: ENOENT/],
  ['none/none', /cannot be read: ENOENT/, /cannot be read: ENOENT/],
  ['rubbish/none', /cannot be read: ENOTDIR/, /cannot be read: ENOTDIR/],
  ['.', /is a directory, not a regular file/, /is a directory, not a regular file/],
  ['rubbish', /: 1:1: there is no key statement/, /has no certificate in PEM/],
  ['empty', /: 1:1: there is no key statement/, /has no certificate in PEM/],
  ['half', /: 1:1: there is no key statement/, /has no certificate in PEM, or one that cannot be read/],
]

describe('a file that is given by option and cannot be used', () => {
  const rows = commands.flatMap((command) => {
    return files.flatMap(([file, keyFault, caFault]) => [
      { command, option: '--tsig-key', file, fault: keyFault },
      { command, option: '--tls-ca', file, fault: caFault },
    ])
  })
  it.each(rows)(
    '$command $option $file: exits 2 before anything is loaded',
    async ({ command, option, file, fault }) => {
      const path = join(directory, file)
      const run = await cliRun([...command, option, path], { backends: worldOf({ c: ['192.0.2.1'] }) })
      expect(run).toMatchObject({ code: 2, stdout: '', loaded: [] })
      expect(run.stderr).toMatch(fault)
      expect(run.stderr).toContain(`${option}: `)
      expect(run.stderr).toContain(`'${path}'`)
    },
  )

  it.each(['/dev/null', '/dev/zero', '/proc/self/mem'])('%s: exits 2, and reads nothing without end', async (path) => {
    for (const option of ['--tsig-key', '--tls-ca']) {
      expect(await cliRun(['discover', option, path])).toMatchObject({ code: 2, stdout: '', loaded: [] })
    }
  })

  it('is named escaped', async () => {
    const run = await cliRun(['discover', '--tsig-key', '/no\x1b[31m'])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain(String.raw`'/no\x1b[31m'`)
  })
})

describe('a file that is given by option and can be used', () => {
  it('is read, and the command goes on', async () => {
    await using written = await keyFile(key)
    const argv = ['discover', '--tsig-key', written.file, '--tls-ca', join(directory, 'ca')]
    const run = await cliRun(argv, { backends: worldOf({ c: ['192.0.2.1'] }) })
    expect(run).toMatchObject({ code: 0, stdout: 'c\n', stderr: '' })
  })
})
