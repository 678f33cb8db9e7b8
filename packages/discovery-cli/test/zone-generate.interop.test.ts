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
    { _: ['192.0.2.3:2510'], '-': ['192.0.2.4:2510'], ['x'.repeat(63)]: ['192.0.2.5:2510'], '127': ['192.0.2.6:2510'] },
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

/** What our own resolver reads from a name server. */
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

async function nsupdate(named: NamedServer, script: string): Promise<void> {
  const child = spawn('nsupdate', ['-v'], { stdio: ['pipe', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  child.stdin.end(`server ${named.address} ${named.port}\n${script}`)
  const [code] = await once(child, 'close')
  expect({ code, said }).toEqual({ code: 0, said: '' })
}

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

  it.each(worlds)(
    '%s: nsupdate adds it to a zone of BIND, and resolves to the same, also when repeated',
    async (_, clusters) => {
      await using named = await namedServer({
        zones: { 'pstorage.test': emptyZone },
        options: 'allow-update { 127.0.0.0/8; };',
      })
      const script = await generated([...byHand(clusters), '--format', 'nsupdate'])
      await nsupdate(named, script)
      await nsupdate(named, script)
      const discovered = await childRun(['discover', ...dns(named)])
      expect(discovered.stdout.trimEnd().split('\n').toSorted()).toEqual(Object.keys(clusters).toSorted())
      const some = Object.keys(clusters).slice(0, 8)
      expect(await published(named, some)).toEqual(sorted(clusters, some))
    },
  )

  it('nsupdate moves a cluster and leaves the others as they are', async () => {
    await using named = await namedServer({
      zones: { 'pstorage.test': emptyZone },
      options: 'allow-update { 127.0.0.0/8; };',
    })
    const before = { a: ['192.0.2.1:2510'], b: ['192.0.2.2:2510'] }
    await nsupdate(named, await generated([...byHand(before), '--format', 'nsupdate']))
    await nsupdate(named, await generated([...byHand({ a: ['192.0.2.9:2510'] }), '--format', 'nsupdate']))
    expect(await published(named, ['a', 'b'])).toEqual({ a: ['192.0.2.9:2510'], b: ['192.0.2.2:2510'] })
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
