import { memoryResolver } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { cliRun } from './cli-run.js'
import { worldOf } from './stand-ins.js'

const invalid: readonly (readonly [id: string, name: string, says: RegExp])[] = [
  ['a path', '../../etc', /'\.\.\/\.\.\/etc': only letters/],
  ['dots', 'a.b', /did you mean a --domain b\n/],
  ['a whole DNS name', 'my-cluster.storage.example.org.', /did you mean my-cluster --domain storage\.example\.org\n/],
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

  const valid: readonly (readonly [
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
    expected: string,
  ])[] = [
    [['resolve', 'one'], {}, 'one'],
    [['resolve', '-c', 'one'], {}, 'one'],
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
    [['resolve', '--', 'one-'], {}, 'one-'],
    [['resolve', '__proto__'], {}, '__proto__'],
    [['resolve', 'constructor'], {}, 'constructor'],
    [['resolve', 'a'.repeat(63)], {}, 'a'.repeat(63)],
  ]

  it.each(valid)('%j with %j is read', async (argv, env, expected) => {
    const run = await cliRun([...argv.slice(0, 1), '--json', ...argv.slice(1)], { env, backends: worldOf({}) })
    expect(run.code).toBe(6)
    expect(JSON.parse(run.stdout)).toMatchObject({ outcome: 'absent', cluster: expected })
  })

  const options: readonly (readonly [argv: readonly string[], env: Readonly<Record<string, string>>, says: RegExp])[] =
    [
      ...['-h', '--version', '-cprod', '--', '-'].flatMap((name) => [
        [['resolve', '--', name], {}, /begins with "-"/] as const,
        [['watch', '--', name], {}, /begins with "-"/] as const,
        [['announce', '--', name], {}, /begins with "-"/] as const,
        [['bootstrap', 'write', '--', name], {}, /begins with "-"/] as const,
        [['resolve', `--cluster=${name}`], {}, /begins with "-"/] as const,
        [['resolve'], { PSTORAGE_NAME: name }, /PSTORAGE_NAME: .* begins with "-"/] as const,
        [['resolve', '--', `pstorage://${name}`], {}, /begins with "-"/] as const,
        [['resolve', '--', `10.0.0.1:/${name}`], {}, /begins with "-"/] as const,
        [['resolve', '--', `10.0.0.1:/${name}:password`], {}, /begins with "-"/] as const,
      ]),
      // A script that says resolve "$name".
      [['resolve', '-cprod'], {}, /^pstorage-discovery: '-cprod' is no cluster name: .* did you mean -c 'prod'\n/],
      [['resolve', '-qcprod'], {}, /did you mean -c 'prod'/],
      [['resolve', '-c=prod'], {}, /'-c=prod' is no cluster name/],
      [['resolve', '-cprod:password'], {}, /did you mean -c 'prod:...'/],
      [['resolve', '-hosts'], {}, /'-osts' is no cluster name/],
      ...['-dprod', '-sprod', '-oprod'].map((name): [string[], object, RegExp] => [
        ['resolve', name],
        { PSTORAGE_NAME: 'other' },
        /is no cluster name: it begins with "-"/,
      ]),
      [['resolve', '-version'], {}, /unknown option '-version'; did you mean --version/],
      [['resolve', '-server', '127.0.0.1'], {}, /unknown option '-server'; did you mean --server/],
      [['resolve', 'c', '-json'], {}, /unknown option '-json'; did you mean --json/],
      [['resolve', '-backend', 'dns'], {}, /unknown option '-backend'; did you mean --backend/],
      [['resolve', '--versions'], {}, /unknown option '--versions'/],
      [['resolve', '--helper'], {}, /unknown option '--helper'/],
    ]

  it.each(options)('%j with %j is wrong usage, and neither help nor another cluster', async (argv, env, says) => {
    const run = await cliRun(argv, { env, backends: worldOf({ prod: ['192.0.2.1'] }) })
    expect(run).toMatchObject({ code: 2, stdout: '', loaded: [] })
    expect(run.stderr).toMatch(says)
    expect(run.stderr).not.toContain('password')
  })

  it('is only looked for in the environment where one is needed', async () => {
    const run = await cliRun(['discover'], {
      env: { PSTORAGE_NAME: '../../etc' },
      backends: { ...worldOf({}), dns: () => memoryResolver({ clusters: { one: [] } }) },
    })
    expect(run).toMatchObject({ code: 0, stdout: 'one\n' })
  })
})
