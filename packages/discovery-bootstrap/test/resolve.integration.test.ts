import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { formatEndpoint, type ResolveReport, resolveCluster } from '@pstorage/discovery-core'
import { type ClustersDirectory, clustersDirectory } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { type BootstrapResolverOptions, bootstrapResolver } from '../src/index.js'
import { asOrdinaryUser } from './as-ordinary-user.js'

async function resolve(
  directories: readonly string[],
  cluster: string,
  options: BootstrapResolverOptions = {},
): Promise<ResolveReport> {
  await using resolver = bootstrapResolver({ directories, ...options })
  return await resolveCluster(resolver, cluster)
}

/** The outcome, the endpoints, the attempts as `status` or `status:code`, and the codes of the warnings. */
function summary({ outcome, endpoints, attempts, warnings }: ResolveReport) {
  return {
    outcome,
    endpoints: endpoints.map(formatEndpoint),
    attempts: attempts.map(({ status, error }) => (error === null ? status : `${status}:${error.code}`)),
    warnings: warnings.map(({ code }) => code),
  }
}

/** Milliseconds that something takes at best: a busy machine makes it slower, and nothing makes it faster. */
async function quickest(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 5 && Math.min(...times) > 100; round += 1) {
    const startedAt = performance.now()
    await run()
    times.push(performance.now() - startedAt)
  }
  return Math.min(...times)
}

/** Puts something else where the list of `c1` is. */
async function replaceList(base: ClustersDirectory, make: (path: string) => Promise<unknown>): Promise<void> {
  await rm(base.listPath('c1'))
  await make(base.listPath('c1'))
}

const list = '10.0.0.1:2510\n'
const found = { outcome: 'found', endpoints: ['10.0.0.1:2510'], attempts: ['found'], warnings: [] }

describe('resolve', () => {
  it('reads the list of the cluster, in its order, with file and line', async () => {
    await using base = await clustersDirectory({ c1: '# MDS\n10.0.0.3, 10.0.0.1:7\n[2001:db8::1]:8\n', c2: list })
    const report = await resolve([base.path], 'c1')
    expect(report.outcome).toBe('found')
    expect(report.endpoints.map((each) => [formatEndpoint(each), each.sources.map(({ origin }) => origin)])).toEqual([
      ['10.0.0.3:2510', [`${base.listPath('c1')}:2`]],
      ['10.0.0.1:7', [`${base.listPath('c1')}:2`]],
      ['[2001:db8::1]:8', [`${base.listPath('c1')}:3`]],
    ])
    expect(report.endpoints[0]).toMatchObject({ host: null, priority: null, weight: null, ttl: null })
    expect(report.attempts).toMatchObject([
      {
        backend: 'bootstrap',
        method: 'bs-list',
        target: base.listPath('c1'),
        server: null,
        status: 'found',
        count: 3,
        detail: null,
      },
    ])
  })

  it('unites the lists of all directories, those of the first before the others', async () => {
    await using one = await clustersDirectory({ c1: '10.0.0.2:1 10.0.0.1:1' })
    await using other = await clustersDirectory({ c1: '10.0.0.3:1 10.0.0.2:1' })
    const report = await resolve([one.path, other.path], 'c1')
    expect(report.endpoints.map((each) => [formatEndpoint(each), each.sources.map(({ origin }) => origin)])).toEqual([
      ['10.0.0.2:1', [`${one.listPath('c1')}:1`, `${other.listPath('c1')}:1`]],
      ['10.0.0.1:1', [`${one.listPath('c1')}:1`]],
      ['10.0.0.3:1', [`${other.listPath('c1')}:1`]],
    ])
  })

  it('is absent where no directory has the cluster', async () => {
    await using base = await clustersDirectory({ c1: list })
    await writeFile(join(base.path, 'file'), '')
    expect(summary(await resolve([base.path], 'c2'))).toMatchObject({ outcome: 'absent', attempts: ['empty'] })
    const { outcome, attempts } = summary(await resolve([base.path, join(base.path, 'nowhere')], 'c2'))
    expect(outcome).toBe('undetermined')
    expect(attempts.toSorted()).toEqual(['empty', 'unavailable:ENOENT'])
    expect(summary(await resolve([base.path], 'file'))).toMatchObject({ outcome: 'absent', attempts: ['empty'] })
  })

  it('takes the exact spelling first, else the one match without case', async () => {
    await using base = await clustersDirectory({ Alpha: '10.0.0.1', alpha: '10.0.0.2', BETA: '10.0.0.3' })
    expect(summary(await resolve([base.path], 'Alpha')).endpoints).toEqual(['10.0.0.1:2510'])
    expect(summary(await resolve([base.path], 'alpha')).endpoints).toEqual(['10.0.0.2:2510'])
    const other = await resolve([base.path], 'beta')
    expect(summary(other)).toMatchObject({ outcome: 'found', endpoints: ['10.0.0.3:2510'] })
    expect(other.attempts[0]).toMatchObject({ target: base.listPath('beta'), detail: "spelled 'BETA'" })
    expect(other.endpoints[0]?.sources[0]?.origin).toBe(`${base.listPath('BETA')}:1`)
  })

  it('guesses none of several matches without case', async () => {
    await using base = await clustersDirectory({ Alpha: list, alpha: list })
    expect(summary(await resolve([base.path], 'ALPHA'))).toEqual({
      outcome: 'undetermined',
      endpoints: [],
      attempts: ['failed:ERR_NAME_AMBIGUOUS'],
      warnings: ['bootstrap-name-ambiguous'],
    })
  })

  it('keeps the good entries, and names the bad ones with file, line and column', async () => {
    await using base = await clustersDirectory({
      c1: '10.0.0.1:2510\nmds2:2510 10.0.0.3:0\n0.0.0.0:1 127.0.0.1:9 # x\n',
    })
    const report = await resolve([base.path], 'c1')
    expect(summary(report)).toMatchObject({ outcome: 'found', endpoints: ['10.0.0.1:2510', '127.0.0.1:9'] })
    const path = base.listPath('c1')
    expect(report.warnings.map(({ code, message }) => `${code} ${message.split(': ')[0]}`)).toEqual([
      `bootstrap-entry-invalid ${path}:2:1`,
      `bootstrap-entry-invalid ${path}:2:11`,
      `bootstrap-address-refused ${path}:3:1`,
      `bootstrap-address-local ${path}:3:11`,
      `bootstrap-comment-trailing ${path}:3:23`,
    ])
  })

  it('reads strictly with the option', async () => {
    await using base = await clustersDirectory({ c1: '10.0.0.1\n10.0.0.2:2510\n' })
    expect(summary(await resolve([base.path], 'c1', { strict: true }))).toMatchObject({
      endpoints: ['10.0.0.2:2510'],
      warnings: ['bootstrap-entry-invalid'],
    })
  })

  it('BS-15, BS-18: a cluster without usable addresses is known', async () => {
    await using base = await clustersDirectory({ none: null, empty: '', comments: '# a\n', bad: 'mds1 0.0.0.0\n' })
    const known = { outcome: 'known', endpoints: [] }
    expect(summary(await resolve([base.path], 'none'))).toEqual({
      ...known,
      attempts: ['empty'],
      warnings: ['bootstrap-no-list'],
    })
    expect(summary(await resolve([base.path], 'NONE'))).toMatchObject(known)
    expect(summary(await resolve([base.path], 'empty'))).toEqual({ ...known, attempts: ['empty'], warnings: [] })
    expect(summary(await resolve([base.path], 'comments'))).toEqual({ ...known, attempts: ['empty'], warnings: [] })
    expect(summary(await resolve([base.path], 'bad'))).toEqual({
      ...known,
      attempts: ['malformed:ERR_LIST_MALFORMED'],
      warnings: ['bootstrap-entry-invalid', 'bootstrap-address-refused'],
    })
  })

  it('BS-16: refuses a name before any path is made of it', async () => {
    await using base = await clustersDirectory({ c1: list })
    await writeFile(join(base.path, 'bs.list'), list)
    for (const name of ['..', '.', '../../etc', 'a/b', 'a\\b', 'a\0', 'x'.repeat(300), '', 'C:x', 'c1/', '/c1']) {
      await expect(resolve([join(base.path, 'c1')], name)).rejects.toMatchObject({ code: 'ERR_CLUSTER_NAME_INVALID' })
    }
  })
})

describe('resolve, of what is no ordinary list', () => {
  /** The content at the path of the list of the cluster `c1`, and the result of resolving it. */
  const rows: readonly [
    id: string,
    what: string,
    make: (base: ClustersDirectory) => Promise<unknown>,
    attempt: string,
    warnings?: readonly string[],
  ][] = [
    [
      'BS-12',
      'UTF-16 with a mark',
      (base) => base.write('c1', Buffer.from(`\ufeff${list}`, 'utf16le')),
      'malformed:ERR_LIST_MALFORMED',
    ],
    [
      'BS-12',
      'UTF-16 without a mark',
      (base) => base.write('c1', Buffer.from(list, 'utf16le')),
      'malformed:ERR_LIST_MALFORMED',
    ],
    [
      'BS-12',
      'UTF-16 the other way round',
      (base) => base.write('c1', Buffer.from(list, 'utf16le').swap16()),
      'malformed:ERR_LIST_MALFORMED',
    ],
    [
      'BS-13',
      'a gigabyte',
      async (base) => truncate(base.listPath('c1'), 2 ** 30),
      'failed:ERR_LIST_TOO_LARGE',
      ['bootstrap-list-too-large'],
    ],
    [
      'BS-13',
      'one line of 5 MB',
      (base) => base.write('c1', '1'.repeat(5e6)),
      'failed:ERR_LIST_TOO_LARGE',
      ['bootstrap-list-too-large'],
    ],
    ['BS-14', 'a directory', async (base) => replaceList(base, (path) => mkdir(path)), 'failed:EISDIR'],
    [
      'BS-13',
      'a FIFO',
      async (base) => replaceList(base, (path) => promisify(execFile)('mkfifo', [path])),
      'failed:ERR_LIST_NOT_A_FILE',
    ],
    [
      'BS-13',
      '/dev/zero',
      async (base) => replaceList(base, (path) => symlink('/dev/zero', path)),
      'failed:ERR_LIST_OUTSIDE',
    ],
    ['BS-14', 'a loop of links', async (base) => replaceList(base, (path) => symlink(path, path)), 'failed:ELOOP'],
    [
      'BS-14',
      'a link to nowhere',
      async (base) => replaceList(base, (path) => symlink('nowhere', path)),
      'failed:ENOENT',
    ],
    [
      'BS-17',
      'a link to a list outside',
      async (base) => replaceList(base, (path) => symlink('/etc/hostname', path)),
      'failed:ERR_LIST_OUTSIDE',
    ],
    [
      'BS-17',
      'a link up and out',
      async (base) => replaceList(base, (path) => symlink('../../../../../../../etc/hostname', path)),
      'failed:ERR_LIST_OUTSIDE',
    ],
  ]

  it.each(rows)('%s: %s', async (_id, _what, make, attempt, warnings = []) => {
    await using base = await clustersDirectory({ c1: list, c2: list })
    await make(base)
    const report = await resolve([base.path], 'c1')
    expect(summary(report)).toMatchObject({ endpoints: [], attempts: [attempt], warnings })
    // A list that has been read says that the cluster is there; one that could not be read says nothing.
    // Whatever discover names is at least known: there is a file, whatever becomes of reading it.
    const isFile = attempt.startsWith('malformed') || attempt === 'failed:ERR_LIST_TOO_LARGE'
    expect(report.outcome).toBe(isFile ? 'known' : 'undetermined')
    expect(summary(await resolve([base.path], 'c2'))).toEqual(found)
    expect(await quickest(() => resolve([base.path], 'c1'))).toBeLessThan(200)
  })

  it('BS-12: uses the lines around binary ones', async () => {
    await using base = await clustersDirectory({
      c1: Buffer.concat([Buffer.of(0, 1, 0xff, 0x0a), Buffer.from(list), Buffer.of(0xfe, 0)]),
    })
    const report = await resolve([base.path], 'c1')
    expect(summary(report)).toMatchObject({
      ...found,
      warnings: ['bootstrap-entry-invalid', 'bootstrap-entry-invalid'],
    })
    expect(report.warnings.map(({ message }) => message.split(': ')[0])).toEqual([
      `${base.listPath('c1')}:1:1`,
      `${base.listPath('c1')}:3:1`,
    ])
  })

  it('BS-13: a socket', async () => {
    await using base = await clustersDirectory({ c1: null })
    const server = createServer()
    server.listen(base.listPath('c1'))
    await once(server, 'listening')
    expect(summary(await resolve([base.path], 'c1'))).toMatchObject({
      outcome: 'undetermined',
      attempts: ['failed:ENXIO'],
    })
    server.close()
  })

  it('BS-14: says "unavailable" without permission', async () => {
    await using base = await clustersDirectory({ c1: list, c2: list })
    await chmod(base.path, 0o755)
    await chmod(base.listPath('c1'), 0o000)
    await chmod(join(base.path, 'c2'), 0o000)
    const [file, directory, time] = await asOrdinaryUser(
      async () =>
        [
          await resolve([base.path], 'c1'),
          await resolve([base.path], 'c2'),
          await quickest(() => resolve([base.path], 'c1')),
        ] as const,
    )
    expect(time).toBeLessThan(200)
    await chmod(join(base.path, 'c2'), 0o700)
    expect(summary(file)).toMatchObject({ outcome: 'known', attempts: ['unavailable:EACCES'] })
    expect(summary(directory)).toMatchObject({ outcome: 'undetermined', attempts: ['unavailable:EACCES'] })
  })

  it('BS-14: cannot ask what is no clusters directory', async () => {
    await using base = await clustersDirectory()
    const file = join(base.path, 'file')
    const loop = join(base.path, 'loop')
    await writeFile(file, '')
    await symlink(loop, loop)
    for (const [path, code] of [
      [file, 'ENOTDIR'],
      [join(file, 'x'), 'ENOTDIR'],
      [loop, 'ELOOP'],
      [join(base.path, 'x'.repeat(300)), 'ENAMETOOLONG'],
    ] as const) {
      expect(summary(await resolve([path], 'c1'))).toMatchObject({
        outcome: 'undetermined',
        attempts: [`unavailable:${code}`],
      })
    }
  })

  it('BS-17: follows links inside of the directory, and tells of those to another cluster', async () => {
    await using base = await clustersDirectory({ c1: list, c2: null, versions: null })
    await symlink('c1', join(base.path, 'alias'))
    await symlink('../c1/bs.list', base.listPath('c2'))
    // As configuration that is mounted into containers is laid out.
    await rename(base.listPath('c1'), join(base.path, 'c1', 'first'))
    await symlink('first', base.listPath('c1'))
    expect(summary(await resolve([base.path], 'c1'))).toEqual(found)
    for (const cluster of ['alias', 'c2']) {
      expect(summary(await resolve([base.path], cluster))).toEqual({ ...found, warnings: ['bootstrap-list-linked'] })
    }
    const link = join(base.path, 'versions', 'link')
    await symlink(base.path, link)
    expect(summary(await resolve([link], 'c1'))).toEqual(found)
  })

  it('warns of a misnamed list, beside a right one or without it', async () => {
    await using base = await clustersDirectory({ c1: list, c2: null })
    for (const cluster of ['c1', 'c2']) await writeFile(join(base.path, cluster, 'bs_list'), '10.0.0.2')
    expect(summary(await resolve([base.path], 'c1'))).toEqual({ ...found, warnings: ['bootstrap-misnamed-list'] })
    expect(summary(await resolve([base.path], 'c2'))).toMatchObject({
      outcome: 'known',
      warnings: ['bootstrap-misnamed-list'],
    })
  })

  it('BS-21: warns of a list that everybody can write', async () => {
    await using base = await clustersDirectory({ c1: list })
    await chmod(base.listPath('c1'), 0o666)
    expect(summary(await resolve([base.path], 'c1'))).toEqual({ ...found, warnings: ['bootstrap-list-writable'] })
  })

  it('reads as much as the limits allow, with a warning', async () => {
    await using base = await clustersDirectory({ c1: '10.0.0.1 10.0.0.2 10.0.0.3', c2: `${list}#`.padEnd(64, 'x') })
    expect(summary(await resolve([base.path], 'c1', { maxEntries: 2 }))).toMatchObject({
      endpoints: ['10.0.0.1:2510', '10.0.0.2:2510'],
      warnings: ['bootstrap-too-many-entries'],
    })
    expect(summary(await resolve([base.path], 'c2', { maxBytes: 64 }))).toEqual(found)
    expect(summary(await resolve([base.path], 'c2', { maxBytes: 63 }))).toMatchObject({
      attempts: ['failed:ERR_LIST_TOO_LARGE'],
    })
  })

  it('limits the warnings', async () => {
    await using base = await clustersDirectory({ c1: `${'x '.repeat(150)}\n${list}` })
    const report = await resolve([base.path], 'c1')
    expect(summary(report)).toMatchObject({ outcome: 'found', endpoints: ['10.0.0.1:2510'] })
    expect(report.warnings.length).toBe(101)
    expect(report.warnings.at(-1)).toMatchObject({ code: 'bootstrap-more-warnings' })
  })
})

describe('resolve, with addresses given by hand', () => {
  it('BS-22: they are the whole answer, each once, in their order', async () => {
    await using base = await clustersDirectory({ c1: list })
    const report = await resolve([base.path], 'c1', {
      addresses: ['10.0.0.8:1', '10.0.0.7', '10.0.0.8:1', '[2001:db8::1]'],
    })
    expect(summary(report)).toEqual({
      outcome: 'found',
      endpoints: ['10.0.0.8:1', '10.0.0.7:2510', '[2001:db8::1]:2510'],
      attempts: ['found'],
      warnings: [],
    })
    expect(report.attempts).toMatchObject([{ method: 'command-line', target: 'c1', count: 3 }])
    expect(report.endpoints[1]?.sources).toEqual([
      { backend: 'bootstrap', method: 'command-line', origin: '10.0.0.7:2510', ttl: null, authenticated: false },
    ])
  })

  it('an empty list of them is none', async () => {
    await using base = await clustersDirectory({ c1: list })
    expect(summary(await resolve([base.path], 'c1', { addresses: [] }))).toEqual(found)
  })
})
