import { memoryResolver } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { cliRun } from './cli-run.js'
import { worldOf } from './stand-ins.js'

const invalid: readonly (readonly [id: string, name: string, says: RegExp])[] = [
  ['a path', '../../etc', /'\.\.\/\.\.\/etc': only letters/],
  ['dots', 'a.b', /did you mean -c a --domain b/],
  [
    'a whole DNS name',
    'my-cluster.storage.example.org.',
    /did you mean -c my-cluster --domain storage\.example\.org\./,
  ],
  ['dots alone', '..', /only letters/],
  ['64 letters', 'a'.repeat(64), /64 characters/],
  ['an escape sequence', 'a\x1b[2Jb', /'a\\x1b\[2Jb'/],
  ['a C1 control', 'a\x9b31mb', /'a\\x9b31mb'/],
  ['a bidirectional override', 'a\u202eb', /'a\\u\{202e\}b'/],
  ['a line break', 'a\nb', /'a\\x0ab'/],
  ['NUL', 'a\0b', /'a\\x00b'/],
  ['empty', '', /invalid cluster name '': it is empty/],
  ['a blank', ' a', /only letters/],
  ['a typographic dash', 'my\u2212cluster', /typographic dash/],
  ['an umlaut', 'm\u00fcller', /only letters/],
  ['a scheme without a name', 'pstorage://', /it is empty/],
  ['a scheme twice', 'pstorage://vstorage://a', /only letters/],
  ['another scheme', 'http://a', /only letters/],
  ['a name and a path', 'vstorage://a/b', /only letters/],
  ['an IPv4 address', '10.0.0.1', /give the address with -b/],
  ['an IPv6 address', '::1', /give the address with -b/],
]

describe('the name of the cluster', () => {
  it.each(invalid)('%s is refused before anything is loaded', async (_, name, says) => {
    for (const argv of [
      ['resolve', name],
      ['resolve', `--cluster=${name}`],
      ['resolve', '-c', name],
    ]) {
      const run = await cliRun(argv, { env: { LANG: 'C' } })
      expect(run).toMatchObject({ code: 2, stdout: '', loaded: [] })
      expect(run.stderr).toMatch(/^[ -~\n]*$/)
    }
    expect((await cliRun(['resolve', '--', name])).stderr).toMatch(says)
  })

  it('is checked in the environment, too', async () => {
    const run = await cliRun(['resolve'], { env: { PSTORAGE_NAME: '../../etc' } })
    expect(run).toMatchObject({ code: 2, loaded: [] })
    expect(run.stderr).toContain('PSTORAGE_NAME')
  })

  const valid: readonly (readonly [argv: readonly string[], env: Readonly<Record<string, string>>, asked: string])[] = [
    [['resolve', 'one'], {}, 'one'],
    [['resolve', '-c', 'one'], {}, 'one'],
    [['resolve', '-cone'], {}, 'one'],
    [['resolve', '--cluster', 'one'], {}, 'one'],
    [['--cluster=one', 'resolve'], {}, 'one'],
    [['resolve', 'one', '-c', 'one'], {}, 'one'],
    [['resolve', 'one', '-c', 'ONE'], {}, 'one'],
    [['resolve', 'one', '-c', 'pstorage://one'], {}, 'one'],
    [['resolve', 'one:password', '-c', 'one'], {}, 'one'],
    [['resolve'], { PSTORAGE_NAME: 'one:password' }, 'one'],
    [['resolve'], { PSTORAGE_NAME: 'one' }, 'one'],
    [['resolve'], { PSTORAGE_NAME: 'vstorage://one' }, 'one'],
    [['resolve', 'one'], { PSTORAGE_NAME: '../../etc' }, 'one'],
    [['resolve', '-c', 'one'], { PSTORAGE_NAME: 'two' }, 'one'],
    [['resolve', 'pstorage://one'], {}, 'one'],
    [['resolve', 'vstorage://one'], {}, 'one'],
    [['resolve', 'VSTORAGE://one'], {}, 'one'],
    [['resolve', 'ONE'], {}, 'ONE'],
    [['resolve', '--', '-one'], {}, '-one'],
    [['resolve', '--cluster=-one'], {}, '-one'],
    [['resolve', '__proto__'], {}, '__proto__'],
    [['resolve', 'constructor'], {}, 'constructor'],
    [['resolve', 'a'.repeat(63)], {}, 'a'.repeat(63)],
  ]

  it.each(valid)('%j with %j is read', async (argv, env, asked) => {
    const run = await cliRun([...argv.slice(0, 1), '--json', ...argv.slice(1)], { env, backends: worldOf({}) })
    expect(run.code).toBe(1)
    expect(JSON.parse(run.stdout)).toMatchObject({ outcome: 'absent', cluster: asked })
  })

  it('is only looked for in the environment where one is needed', async () => {
    const run = await cliRun(['discover'], {
      env: { PSTORAGE_NAME: '../../etc' },
      backends: { ...worldOf({}), dns: () => memoryResolver({ clusters: { one: [] } }) },
    })
    expect(run).toMatchObject({ code: 0, stdout: 'one\n' })
  })
})
