import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrapResolver } from '@pstorage/discovery-bootstrap'
import { memoryResolver } from '@pstorage/discovery-core'
import { keyFile } from '@pstorage/testbed'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { cliRun, type StandIns } from './cli-run.js'
import { emitting, ending, sourceOf, worldOf } from './stand-ins.js'

/** A clusters directory of its own, with these lists by cluster. */
async function clustersDirectory(lists: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'pstorage-lists-'))
  for (const [name, text] of Object.entries(lists)) {
    await mkdir(join(directory, name))
    await writeFile(join(directory, name, 'bs.list'), text)
  }
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}

const real: StandIns = { bootstrap: ({ directories }) => bootstrapResolver({ directories }) }
const show = (directory: string, ...argv: readonly string[]) =>
  cliRun(['bootstrap', 'show', ...argv, '--clusters-dir', directory], { backends: real })

describe('bootstrap show', () => {
  const lists = {
    a: '# ours\n192.0.2.1\n192.0.2.2:2511, nonsense\n',
    second: '[2001:db8::1]:2510\n',
    empty: '',
  }

  it('prints each address with its file and line', async () => {
    await using place = await clustersDirectory(lists)
    const { code, stdout, stderr } = await show(place.directory)
    expect(code).toBe(0)
    expect(stdout.replaceAll(place.directory, 'DIR')).toBe(
      [
        'a       192.0.2.1:2510      DIR/a/bs.list:2',
        'a       192.0.2.2:2511      DIR/a/bs.list:3',
        'empty   -                   DIR/empty/bs.list',
        'second  [2001:db8::1]:2510  DIR/second/bs.list:1',
        '',
      ].join('\n'),
    )
    expect(stderr).toMatch(/^warning: .*a\/bs\.list:3:17: invalid endpoint 'nonsense'.*\[bootstrap-entry-invalid\]\n$/)
  })

  it.each([
    ['a', 0, 2],
    ['A', 0, 2],
    ['empty', 4, 1],
    ['nosuch', 6, 0],
  ])('of %s ends with %i and prints %i lines', async (cluster, code, count) => {
    await using place = await clustersDirectory(lists)
    const run = await show(place.directory, cluster)
    expect(run.code).toBe(code)
    expect(run.stdout.split('\n')).toHaveLength(count + 1)
  })

  it('is absent where there is none', async () => {
    await using place = await clustersDirectory({})
    expect(await show(place.directory)).toMatchObject({ code: 6, stdout: '' })
  })

  it('--json fits the schema', async () => {
    await using place = await clustersDirectory(lists)
    const schema: object = JSON.parse(await readFile(new URL('../schema/v1.json', import.meta.url), 'utf8'))
    const { $defs } = schema as { readonly $defs: object } // it has them
    const validate = new Ajv2020({ strict: true }).compile({ $ref: '#/$defs/discoverReport', $defs })
    const { stdout } = await show(place.directory, '--json')
    const value = JSON.parse(stdout)
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true)
    expect(value.clusters.map(({ endpoints }: { endpoints: readonly unknown[] }) => endpoints.length)).toEqual([
      2, 0, 1,
    ])
    expect(value.warnings).toHaveLength(1)
  })
})

describe('bootstrap write', () => {
  const world = worldOf({ c: ['192.0.2.3', '[2001:db8::1]:2511'], known: [] })
  const list = '192.0.2.3:2510\n[2001:db8::1]:2511\n'
  const multicast = (...addresses: readonly string[]) => {
    return () => memoryResolver({ name: 'zeroconf', clusters: { c: addresses } })
  }
  /** DNS that finds an address, and warns that there may be more. */
  const incomplete = (code: string): StandIns => {
    const source = sourceOf('dns')
    const endpoint = { address: '192.0.2.3', port: 2510, host: null, priority: null, weight: null, ttl: null }
    const warning = { type: 'warning', code, message: 'an MDS is missing' } as const
    return { dns: () => emitting('dns', { type: 'endpoint', ...endpoint, source }, warning) }
  }
  const write = (directory: string, argv: readonly string[], backends: StandIns = world) =>
    cliRun(['bootstrap', 'write', ...argv, '--clusters-dir', directory], { backends })

  it('makes a list, and says so', async () => {
    await using place = await clustersDirectory({})
    const run = await write(place.directory, ['c'])
    expect(run).toMatchObject({ code: 0, stdout: '', loaded: ['dns'] })
    const file = join(place.directory, 'c/bs.list')
    expect(run.stderr).toBe(`written: '${file}' with 2 addresses\n`)
    expect(await readFile(file, 'utf8')).toBe(list)
    expect((await stat(file)).mode & 0o777).toBe(0o644)
    expect(await readdir(join(place.directory, 'c'))).toEqual(['bs.list'])
  })

  it('makes the directories above it', async () => {
    await using place = await clustersDirectory({})
    expect(await write(join(place.directory, 'a/b'), ['c'])).toMatchObject({ code: 0 })
    expect(await readFile(join(place.directory, 'a/b/c/bs.list'), 'utf8')).toBe(list)
  })

  it('keeps comments, and the directory whose name differs in case alone', async () => {
    await using place = await clustersDirectory({ C: '# of the admins\n\n10.0.0.1\n' })
    expect(await write(place.directory, ['c'])).toMatchObject({ code: 0 })
    expect(await readdir(place.directory)).toEqual(['C'])
    expect(await readFile(join(place.directory, 'C/bs.list'), 'utf8')).toBe(`# of the admins\n\n${list}`)
  })

  it('does not write what is so already', async () => {
    await using place = await clustersDirectory({ c: '[2001:db8::1]:2511, 192.0.2.3\n' })
    const run = await write(place.directory, ['c'])
    expect(run.stderr).toContain('holds these 2 addresses already')
    expect(await readFile(join(place.directory, 'c/bs.list'), 'utf8')).toBe('[2001:db8::1]:2511, 192.0.2.3\n')
  })

  it('says so of one address in the singular', async () => {
    await using place = await clustersDirectory({})
    const world = worldOf({ c: ['192.0.2.3'] })
    expect((await write(place.directory, ['c'], world)).stderr).toMatch(/^written: .* with 1 address\n$/)
    expect((await write(place.directory, ['c'], world)).stderr).toMatch(/ holds this address already\n$/)
  })

  it('--dry-run prints the list and writes nothing', async () => {
    await using place = await clustersDirectory({})
    const run = await write(place.directory, ['c', '--dry-run'])
    expect(run).toMatchObject({ code: 0, stdout: list })
    expect(run.stderr).toContain('would be written with 2 addresses')
    expect(await readdir(place.directory)).toEqual([])
  })

  it('takes addresses by hand', async () => {
    await using place = await clustersDirectory({})
    const backends: StandIns = { bootstrap: ({ addresses }) => bootstrapResolver({ addresses }) }
    const run = await write(place.directory, ['c', '-b10.0.0.2', '-b10.0.0.1:2511'], backends)
    expect(run).toMatchObject({ code: 0, loaded: ['bootstrap'] })
    expect(await readFile(join(place.directory, 'c/bs.list'), 'utf8')).toBe('10.0.0.2:2510\n10.0.0.1:2511\n')
  })

  const good = '10.0.0.1:2510\n'
  it.each<readonly [id: string, argv: readonly string[], backends: StandIns, code: number]>([
    ['nobody knows the cluster', ['nosuch'], world, 6],
    ['it has no address', ['known'], world, 4],
    ['nobody answers', ['c'], { ...world, dns: () => ending('dns', 'timeout') }, 3],
    ['there are too few', ['c', '--min-endpoints', '3'], world, 3],
    [
      'somebody preferred did not answer',
      ['c', '--backend', 'dns,zeroconf'],
      { dns: () => ending('dns', 'timeout'), zeroconf: worldOf({ c: ['192.0.2.3'] }).dns },
      3,
    ],
    ['sources disagree', ['c', '--backend', 'dns,zeroconf'], { ...world, zeroconf: multicast('192.0.2.9') }, 3],
    [
      'sources disagree, whatever is enough',
      ['c', '--backend', 'dns,zeroconf', '--partial'],
      { ...world, zeroconf: multicast('192.0.2.9') },
      3,
    ],
    ['there are too few, whatever is enough', ['c', '--min-endpoints', '3', '--partial'], world, 3],
    ['the address of an MDS could not be asked for', ['c'], incomplete('srv-target-incomplete'), 3],
    ['an MDS has no address', ['c'], incomplete('srv-target-unresolved'), 3],
    ['a preferred domain did not answer', ['c'], incomplete('search-domain-unanswered'), 3],
    [
      'multicast does not name what the list has',
      ['c', '--backend', 'zeroconf'],
      { zeroconf: multicast('192.0.2.3') },
      3,
    ],
  ])('leaves the list as it is where %s', async (_, argv, backends, code) => {
    await using place = await clustersDirectory({ [argv[0] ?? '']: good })
    const run = await write(place.directory, argv, backends)
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr).toContain('the list is not changed')
    expect(await readFile(join(place.directory, argv[0] ?? '', 'bs.list'), 'utf8')).toBe(good)
  })

  it('does not write an address that means nothing without its link', async () => {
    await using place = await clustersDirectory({ c: '192.0.2.9\n' })
    const run = await write(place.directory, ['c'], worldOf({ c: ['[fe80::1]:2510'] }))
    expect(run).toMatchObject({ code: 3, stdout: '' })
    expect(run.stderr).toContain('the list is not changed')
    await write(place.directory, ['c'], worldOf({ c: ['[fe80::1]:2510', '192.0.2.3:2510'] }))
    expect(await readFile(join(place.directory, 'c', 'bs.list'), 'utf8')).toBe('192.0.2.3:2510\n')
  })

  it('says that a key has no effect on addresses', async () => {
    await using place = await clustersDirectory({})
    await using key = await keyFile({ name: 'k', algorithm: 'hmac-sha256', secret: 'c2VjcmV0' })
    const run = await write(place.directory, ['c', '--tsig-key', key.file])
    expect(run.code).toBe(0)
    expect(run.stderr).toContain('[option-without-effect]')
  })

  it('--partial takes what there is', async () => {
    await using place = await clustersDirectory({ c: good })
    const backends = { dns: () => ending('dns', 'timeout'), zeroconf: worldOf({ c: ['192.0.2.3'] }).dns }
    const run = await write(place.directory, ['c', '--partial', '--backend', 'dns,zeroconf'], backends)
    expect(run).toMatchObject({ code: 0 })
    expect(await readFile(join(place.directory, 'c/bs.list'), 'utf8')).toBe('192.0.2.3:2510\n')
  })

  it('takes zeroconf where it is named, and warns of it', async () => {
    await using place = await clustersDirectory({ c: '192.0.2.3\n' })
    const backends = { zeroconf: multicast('192.0.2.3', '192.0.2.4') }
    const run = await write(place.directory, ['c', '--backend', 'zeroconf'], backends)
    expect(run).toMatchObject({ code: 0, loaded: ['zeroconf'] })
    expect(run.stderr).toContain('[zeroconf-only]')
    expect(await readFile(join(place.directory, 'c/bs.list'), 'utf8')).toBe('192.0.2.3:2510\n192.0.2.4:2510\n')
    const fewer = { zeroconf: multicast('192.0.2.3') }
    const kept = await write(place.directory, ['c', '--backend', 'zeroconf'], fewer)
    expect(kept.stderr).toContain('the list has 192.0.2.4:2510, and silence proves nothing')
    const shrunk = await write(place.directory, ['c', '--backend', 'zeroconf', '--partial'], fewer)
    expect(shrunk).toMatchObject({ code: 0 })
    expect(await readFile(join(place.directory, 'c/bs.list'), 'utf8')).toBe('192.0.2.3:2510\n')
  })

  it('says that an interface has no effect where zeroconf is not asked', async () => {
    await using place = await clustersDirectory({})
    const run = await write(place.directory, ['c', '--interface', 'eth0'])
    expect(run).toMatchObject({ code: 0, loaded: ['dns'] })
    expect(run.stderr).toContain('[option-without-effect]')
  })

  it('believes DNS that an MDS is gone', async () => {
    await using place = await clustersDirectory({ c: '192.0.2.3\n192.0.2.9\n' })
    expect(await write(place.directory, ['c'])).toMatchObject({ code: 0 })
    expect(await readFile(join(place.directory, 'c/bs.list'), 'utf8')).toBe(list)
  })

  it('follows no link, and says what is wrong', async () => {
    await using place = await clustersDirectory({ other: good })
    await mkdir(join(place.directory, 'c'))
    await symlink(join(place.directory, 'other/bs.list'), join(place.directory, 'c/bs.list'))
    const run = await write(place.directory, ['c'])
    expect(run).toMatchObject({ code: 70, stdout: '' })
    expect(run.stderr).toMatch(/^pstorage-discovery: cannot write .*\/c\/bs\.list: [^\n]+\n$/)
    expect(await readFile(join(place.directory, 'other/bs.list'), 'utf8')).toBe(good)
  })

  it.each([
    ['no directory', '/dev/null/clusters'],
    ['where no directory can be made', '/proc/clusters'],
    ['a name that is hostile', '/dev/null/\x1b[2J\n'],
  ])('%s: ends with 70 in one line', async (_, directory) => {
    const run = await write(directory, ['c'])
    expect(run).toMatchObject({ code: 70, stdout: '' })
    expect(run.stderr).toMatch(/^pstorage-discovery: cannot write [ -~]+\n$/)
  })

  it('asks which one where names differ in case alone', async () => {
    await using place = await clustersDirectory({ CC: good, Cc: good })
    const run = await write(place.directory, ['cc'], worldOf({ cc: ['192.0.2.3'] }))
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain("has 'CC' and 'Cc'")
  })
})

describe('bootstrap lint', () => {
  it.each<readonly [id: string, list: string, code: number, says: RegExp]>([
    ['a good list', '192.0.2.3:2510\n', 0, /^all is well/m],
    ['a bad entry', '192.0.2.3:2510\n192.0.2.4, mds2\n', 1, /warning +bootstrap-syntax +\S+\/c\/bs\.list:2:12$/m],
    ['no good entry', 'mds2\n', 5, /error +bootstrap-syntax +\S+\/c\/bs\.list:1:1$/m],
    ['an address where nobody can be', '0.0.0.0\n', 5, /error +bootstrap-address +\S+\/c\/bs\.list:1:1$/m],
  ])('%s: says so', async (_, list, code, says) => {
    await using place = await clustersDirectory({ c: list })
    const run = await cliRun(['bootstrap', 'lint', '--clusters-dir', place.directory])
    expect(run).toMatchObject({ code, stderr: '', loaded: [] })
    expect(run.stdout).toMatch(says)
  })

  it('of one cluster leaves the others out', async () => {
    await using place = await clustersDirectory({ good: '192.0.2.3\n', bad: 'mds2\n' })
    expect(await cliRun(['bootstrap', 'lint', 'good', '--clusters-dir', place.directory])).toMatchObject({ code: 0 })
    const { code, stdout } = await cliRun(['bootstrap', 'lint', 'bad', '--json', '--clusters-dir', place.directory])
    expect(code).toBe(5)
    expect(JSON.parse(stdout)).toMatchObject({ worst: 'error', subject: 'bad' })
  })
})
