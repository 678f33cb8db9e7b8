import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type NamedServer, namedServer } from '@pstorage/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCli, childRun } from './built-cli.js'

const run = promisify(execFile)
let directory = ''

beforeAll(async () => {
  await buildCli()
  directory = await mkdtemp(join(tmpdir(), 'pstorage-zone-'))
}, 120_000)

afterAll(() => rm(directory, { recursive: true, force: true }))

/** Sets of clusters to publish. */
const worlds: readonly (readonly [id: string, clusters: Readonly<Record<string, readonly string[]>>])[] = [
  ['two clusters', { 'my-cluster': ['192.0.2.3:2510', '192.0.2.4:2511'], second: ['192.0.2.3:2510'] }],
  ['IPv6', { v6: ['[2001:db8::1]:2510', '[2001:db8::2]:2511'], both: ['192.0.2.1:2510', '[2001:db8::1]:2510'] }],
  [
    'odd names',
    {
      _: ['192.0.2.3:2510'],
      'a-': ['192.0.2.4:2510'],
      ['x'.repeat(63)]: ['192.0.2.5:2510'],
      '127': ['192.0.2.6:2510'],
    },
  ],
  [
    'more names than a string holds',
    Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`cluster-${index}`, [`192.0.2.${index + 1}:2510`]])),
  ],
]

const byHand = (clusters: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  Object.entries(clusters).flatMap(([name, addresses]) => addresses.flatMap((address) => [`--mds=${name}=${address}`]))

const generated = async (argv: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await childRun(['zone', 'generate', 'pstorage.test', ...argv])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

const dns = ({ server }: NamedServer) => ['--backend', 'dns', '--server', server, '--domain', 'pstorage.test']

/** The records that our own resolver reads from a name server. */
async function published(
  named: NamedServer,
  names: readonly string[],
): Promise<Readonly<Record<string, readonly string[]>>> {
  const clusters: Record<string, readonly string[]> = {}
  for (const name of names) {
    const { stdout } = await childRun(['resolve', name, ...dns(named)])
    clusters[name] = stdout.trimEnd().split('\n').toSorted()
  }
  return clusters
}

const sorted = (clusters: Readonly<Record<string, readonly string[]>>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, clusters[name]?.toSorted()]))

/** Runs a script, and gives what nsupdate says of it: nothing where all of it was made. */
async function nsupdate(named: NamedServer, script: string): Promise<{ readonly code: number; readonly said: string }> {
  const child = spawn('nsupdate', ['-v'], { stdio: ['pipe', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  child.stdin.end(`server ${named.address} ${named.port}\n${script}`)
  const [code] = await once(child, 'close')
  return { code, said: said.trim() }
}

const done = { code: 0, said: '' }

/** All records of the zone, in order, without its serial number. */
async function recordsOf({ address, port }: NamedServer): Promise<readonly string[]> {
  const { stdout } = await run('dig', [
    '+onesoa',
    '+noall',
    '+answer',
    '-p',
    String(port),
    `@${address}`,
    'pstorage.test',
    'AXFR',
  ])
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !/\sSOA\s/.test(line))
    .toSorted()
}

const updatable = (zone: string = emptyZone) =>
  namedServer({
    zones: { 'pstorage.test': zone },
    options: 'allow-update { 127.0.0.0/8; };',
  })

/** The commands that publish these clusters in the zone of a server, as it is now. */
const updateFor = (
  named: NamedServer,
  clusters: Readonly<Record<string, readonly string[]>>,
  ...argv: readonly string[]
) => generated([...byHand(clusters), '--format', 'nsupdate', '--server', named.server, ...argv])

const emptyZone = '$TTL 300\n@ IN SOA ns hostmaster ( 1 3600 600 604800 300 )\n@ IN NS ns\nns IN A 127.0.0.1\n'

describe('zone generate', () => {
  it.each(worlds)('%s: is loaded by BIND, Knot DNS and NSD, and resolves to the same', async (_, clusters) => {
    const zone = await generated(byHand(clusters))
    const file = join(directory, 'zone')
    await writeFile(file, zone)
    await run('named-checkzone', ['-i', 'local', '-k', 'fail', '-m', 'fail', '-S', 'fail', 'pstorage.test', file])
    await run('named-compilezone', ['-i', 'local', '-o', join(directory, 'compiled'), 'pstorage.test', file])
    await run('kzonecheck', ['--origin', 'pstorage.test', file])
    await run('nsd-checkzone', ['pstorage.test', file])
    await using named = await namedServer({ zones: { 'pstorage.test': zone } })
    const discovered = await childRun(['discover', ...dns(named)])
    expect(discovered).toMatchObject({ code: 0, stderr: '' })
    expect(discovered.stdout.trimEnd().split('\n').toSorted()).toEqual(Object.keys(clusters).toSorted())
    const some = Object.keys(clusters).slice(0, 8)
    expect(await published(named, some)).toEqual(sorted(clusters, some))
  })

  it.each(worlds)('%s: nsupdate adds it to a zone of BIND, and resolves to the same', async (_, clusters) => {
    await using named = await updatable()
    expect(await nsupdate(named, await updateFor(named, clusters))).toEqual(done)
    const discovered = await childRun(['discover', ...dns(named)])
    expect(discovered.stdout.trimEnd().split('\n').toSorted()).toEqual(Object.keys(clusters).toSorted())
    const some = Object.keys(clusters).slice(0, 8)
    expect(await published(named, some)).toEqual(sorted(clusters, some))
    expect(await updateFor(named, clusters)).toMatch(/^; The zone has all of it already\.$/m)
  })

  it.each(worlds)('%s: nsupdate does it once; a second run fails whole', async (_, clusters) => {
    await using named = await updatable()
    const script = await updateFor(named, clusters)
    expect(await nsupdate(named, script)).toEqual(done)
    const before = await recordsOf(named)
    expect(await nsupdate(named, script)).toMatchObject({
      code: 2,
      said: expect.stringMatching(/^(?:update failed: YXRRSET\s*)+$/),
    })
    expect(await recordsOf(named)).toEqual(before)
  })

  it('nsupdate adds to what is there, and leaves all of it as it is', async () => {
    await using named = await updatable()
    const before = { a: ['192.0.2.1:2510'], b: ['192.0.2.2:2510'] }
    expect(await nsupdate(named, await updateFor(named, before))).toEqual(done)
    const records = await recordsOf(named)
    const more = { a: ['192.0.2.1:2510', '192.0.2.9:2510'], c: ['192.0.2.3:2510'] }
    expect(await nsupdate(named, await updateFor(named, more))).toEqual(done)
    expect(await published(named, ['a', 'b', 'c'])).toEqual({ ...before, ...more })
    expect(await recordsOf(named)).toEqual(expect.arrayContaining([...records]))
  })

  it('prints no commands that would let an endpoint go, unless it is told to', async () => {
    await using named = await updatable()
    const before = { a: ['192.0.2.1:2510', '192.0.2.9:2510'], b: ['192.0.2.2:2510'] }
    expect(await nsupdate(named, await updateFor(named, before))).toEqual(done)
    const argv = ['zone', 'generate', 'pstorage.test', ...byHand({ a: ['192.0.2.9:2510', '192.0.2.3:2510'] })]
    const refused = await childRun([...argv, '--format', 'nsupdate', '--server', named.server])
    expect(refused).toMatchObject({ code: 3, stdout: '' })
    expect(refused.stderr).toContain('only the zone has 192.0.2.1:2510; --mds has 192.0.2.3:2510, 192.0.2.9:2510')
    const after = { a: ['192.0.2.3:2510', '192.0.2.9:2510'] }
    expect(await nsupdate(named, await updateFor(named, after, '--replace'))).toEqual(done)
    expect(await published(named, ['a', 'b'])).toEqual({ ...before, ...after })
  })

  const another = '_pstorage._tcp.a.pstorage.test. 300 IN SRV 0 1 2510 ns.pstorage.test.'
  it.each([
    ['an SRV record has come', `update add ${another}\nsend\n`, 'update failed: NXRRSET'],
    ['an SRV record has gone', 'update delete _pstorage._tcp.a.pstorage.test. SRV\nsend\n', 'update failed: NXRRSET'],
    ['a host has come', 'update add mds-192-0-2-9.a.pstorage.test. 300 A 192.0.2.77\nsend\n', 'update failed: YXRRSET'],
    ['a name has come', 'update add pstorage_clusters.pstorage.test. 300 TXT "x"\nsend\n', 'update failed: NXRRSET'],
  ])('nsupdate fails whole where %s since', async (_, change, said) => {
    await using named = await updatable()
    expect(await nsupdate(named, await updateFor(named, { a: ['192.0.2.1:2510'] }))).toEqual(done)
    const script = await updateFor(named, { a: ['192.0.2.1:2510', '192.0.2.9:2510'], b: ['192.0.2.2:2510'] })
    expect(await nsupdate(named, change)).toEqual(done)
    const before = await recordsOf(named)
    expect(await nsupdate(named, script)).toEqual({ code: 2, said })
    expect(await recordsOf(named)).toEqual(before)
  })

  it('requires what a zone holds whatever it is: quotes, blanks, other octets', async () => {
    const odd = String.raw`pstorage_clusters IN TXT "a;b \"q\" \\ \255" "" "x,y"
_pstorage._tcp.c IN SRV 10 60 2510 m\;d\032s\.1
m\;d\032s\.1 IN A 192.0.2.3
`
    await using named = await namedServer({
      zones: { 'pstorage.test': `${emptyZone}${odd}` },
      options: 'allow-update { 127.0.0.0/8; }; check-names primary ignore;',
    })
    const clusters = { c: ['192.0.2.3:2510', '192.0.2.4:2510'] }
    expect(await nsupdate(named, await updateFor(named, clusters))).toEqual(done)
    expect(await published(named, ['c'])).toEqual(clusters)
  })

  it('prints no commands for a zone that cannot be read', async () => {
    await using named = await updatable()
    const argv = ['zone', 'generate', ...byHand({ a: ['192.0.2.1'] }), '--format', 'nsupdate']
    const unknown = await childRun([...argv, 'elsewhere.test', '--server', named.server])
    expect(unknown).toMatchObject({ code: 3, stdout: '' })
    const missing = await childRun([...argv, 'no.such.pstorage.test', '--server', named.server])
    expect(missing).toMatchObject({ code: 3, stdout: '' })
    expect(missing.stderr).toContain('the domain does not exist (NXDOMAIN)')
    const closed = await childRun([...argv, 'pstorage.test', '--server', '127.0.0.1:1', '--timeout', '1'])
    expect(closed).toMatchObject({ code: 3, stdout: '' })
    expect(closed.stderr).toContain('cannot read the zone pstorage.test')
  })

  it('moves what one name server publishes to another domain', async () => {
    const zone = await generated(['--mds', 'c=192.0.2.3'])
    await using first = await namedServer({ zones: { 'pstorage.test': zone } })
    const copied = await childRun(['zone', 'generate', 'other.test', ...dns(first)])
    expect(copied).toMatchObject({ code: 0, stderr: '' })
    await using second = await namedServer({ zones: { 'other.test': copied.stdout } })
    const argv = ['resolve', 'c', '--backend', 'dns', '--server', second.server, '--domain', 'other.test']
    expect(await childRun(argv)).toMatchObject({ code: 0, stdout: '192.0.2.3:2510\n' })
  })
})
