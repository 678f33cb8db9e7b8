import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createResolver,
  discoverClusters,
  parseClusterName,
  type Resolver,
  resolveCluster,
  systemClock,
  watch,
} from '@pstorage/discovery-core'
import { type ClustersDirectory as Base, clustersDirectory } from '@pstorage/testbed'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readDirectoryFacts } from '../src/checks/directory-facts.js'
import { ClustersDirectory } from '../src/directory/clusters-directory.js'
import { ConfiguredDirectory } from '../src/directory/configured-directory.js'
import { findEndpoints } from '../src/directory/find-endpoints.js'
import { searchNames } from '../src/directory/search-names.js'
import { bootstrapResolver } from '../src/index.js'
import { asOrdinaryUser } from './as-ordinary-user.js'

const list = '10.0.0.1:2510\n'
const c1 = parseClusterName('c1')
const reading = { strict: false, maxBytes: 1_000, maxEntries: 100, lookup: undefined }

/** A resolver on directories that no option has named, as the default ones are. */
function unnamed(...paths: readonly string[]): Resolver {
  const directories = paths.map((path) => new ConfiguredDirectory(path, { isExpected: false }))
  return createResolver({
    name: 'bootstrap',
    async discover(query) {
      await Promise.all(directories.map((directory) => searchNames(directory, query, { maxClusters: 100 })))
    },
    async resolve(cluster, query) {
      const searches = directories.map((directory, rank) => ({ directory, rank, cluster }))
      await Promise.all(searches.map((search) => findEndpoints(search, query, reading)))
    },
  })
}

/** The outcome of both queries, and the status of their attempts. */
async function answersOf(resolver: Resolver): Promise<readonly (readonly string[])[]> {
  const reports = [await resolveCluster(resolver, c1), await discoverClusters(resolver)]
  return reports.map(({ outcome, attempts }) => [outcome, ...attempts.map(({ status }) => status)])
}

const nothing = (path: string): string => path
const empty = async (path: string): Promise<string> => {
  await mkdir(path)
  return path
}

/** The content at the path of a clusters directory, and the outcome of both queries: when it is named, and when it is a default. */
const rows: readonly [
  what: string,
  make: (path: string) => string | Promise<string>,
  named: string,
  unnamed: string,
][] = [
  ['nothing', nothing, 'undetermined unavailable', 'undetermined skipped'],
  ['nothing, nor anything above it', (path) => join(path, 'a/b'), 'undetermined unavailable', 'undetermined skipped'],
  ['an empty directory', empty, 'absent empty', 'absent empty'],
  [
    'a directory of other clusters',
    async (path) => {
      await mkdir(join(path, '.hidden'), { recursive: true })
      return path
    },
    'absent empty',
    'absent empty',
  ],
  [
    'a file',
    async (path) => {
      await writeFile(path, '')
      return path
    },
    'undetermined unavailable',
    'undetermined unavailable',
  ],
  [
    'something below a file',
    async (path) => {
      await writeFile(path, '')
      return join(path, 'clusters')
    },
    'undetermined unavailable',
    'undetermined unavailable',
  ],
  [
    'a link to nowhere',
    async (path) => {
      await symlink('nowhere', path)
      return path
    },
    'undetermined unavailable',
    'undetermined unavailable',
  ],
  [
    'something below a link to nowhere',
    async (path) => {
      await symlink('nowhere', path)
      return join(path, 'clusters')
    },
    'undetermined unavailable',
    'undetermined unavailable',
  ],
  [
    'a loop of links',
    async (path) => {
      await symlink(path, path)
      return path
    },
    'undetermined unavailable',
    'undetermined unavailable',
  ],
  [
    'a directory that must not be read',
    async (path) => {
      await mkdir(path, { mode: 0o311 })
      return path
    },
    'undetermined unavailable',
    'undetermined unavailable',
  ],
  [
    'a directory that must not be entered',
    async (path) => {
      await mkdir(join(path, 'other'), { recursive: true })
      await chmod(path, 0o644)
      return path
    },
    'undetermined unavailable',
    'undetermined unavailable',
  ],
]

describe('a clusters directory', () => {
  it.each(rows)('that is %s', async (_, make, named, asDefault) => {
    await using base = await clustersDirectory()
    await chmod(base.path, 0o755)
    const path = await make(join(base.path, 'place'))
    await using byOption = bootstrapResolver({ directories: [path] })
    await using byDefault = unnamed(path)
    const [option, default_] = await asOrdinaryUser(async () => [await answersOf(byOption), await answersOf(byDefault)])
    const twice = (words: string) => [words.split(' '), words.split(' ')]
    expect(option).toEqual(twice(named))
    expect(default_).toEqual(twice(asDefault))
  })

  it('that is a default and not there leaves the word to the other, which is', async () => {
    await using base = await clustersDirectory({ other: list })
    await using resolver = unnamed(join(base.path, 'nowhere'), base.path)
    const { outcome, attempts } = await resolveCluster(resolver, 'c1')
    expect(outcome).toBe('absent')
    expect(attempts.map(({ status, detail }) => [status, detail]).toSorted()).toEqual([
      ['empty', null],
      ['skipped', 'not configured'],
    ])
    expect(await resolveCluster(resolver, 'other')).toMatchObject({ outcome: 'found' })
  })

  it('that is named twice, once wrong, denies nothing', async () => {
    await using base = await clustersDirectory({ other: list })
    await using resolver = bootstrapResolver({ directories: [base.path, `${base.path}x`] })
    expect((await answersOf(resolver)).map(([outcome]) => outcome)).toEqual(['undetermined', 'found'])
  })

  it('that is a default and was there is missed when it goes', async () => {
    await using base = await clustersDirectory({ c1: list })
    await using others = await clustersDirectory()
    await using resolver = unnamed(base.path, others.path)
    expect(await resolveCluster(resolver, 'c1')).toMatchObject({ outcome: 'found' })
    await rename(base.path, `${base.path}.away`)
    const { outcome, attempts } = await resolveCluster(resolver, 'c1')
    expect(outcome).toBe('undetermined')
    expect(attempts.map(({ status }) => status).toSorted()).toEqual(['empty', 'unavailable'])
    await rename(`${base.path}.away`, base.path)
    expect(await resolveCluster(resolver, 'c1')).toMatchObject({ outcome: 'found' })
  })

  it('that is a default and not there is no finding', async () => {
    await using base = await clustersDirectory()
    const directory = new ConfiguredDirectory(join(base.path, 'nowhere'), { isExpected: false })
    const { signal } = new AbortController()
    const options = { cluster: undefined, maxBytes: 1, maxClusters: 1, clock: systemClock, signal }
    expect(await readDirectoryFacts(directory, options)).toMatchObject({ state: 'absent' })
  })
})

describe('watch, over a clusters directory', () => {
  /** Makes the directory unreadable as a directory. */
  const losses: readonly (readonly [what: string, lose: (base: Base) => Promise<unknown>])[] = [
    ['is moved away', (base) => rename(base.path, `${base.path}.away`)],
    [
      'gives way to a link to nowhere',
      async (base) => {
        await rename(base.path, `${base.path}.away`)
        await symlink('nowhere', base.path)
      },
    ],
    [
      'gives way to a file',
      async (base) => {
        await rename(base.path, `${base.path}.away`)
        await writeFile(base.path, '')
      },
    ],
  ]

  it.each(losses)('that %s, keeps what it knows as stale, and goes on when it is back', async (_, lose) => {
    await using base = await clustersDirectory({ c1: list })
    await using resolver = bootstrapResolver({ directories: [base.path] })
    const seen: string[] = []
    const options = { floor: 50, defaultTtl: 50, retry: 50, retryCeiling: 50, jitter: 0 }
    for await (const event of watch(resolver, c1, options)) {
      seen.push(event.type === 'snapshot' ? `${event.type} ${event.endpoints.length}` : event.type)
      if (event.type === 'snapshot') await lose(base)
      if (event.type === 'stale') {
        expect(event.attempts).toMatchObject([{ status: 'unavailable' }])
        await rm(base.path, { force: true })
        await rename(`${base.path}.away`, base.path)
      }
      if (event.type === 'recovered') await base.write('c1', '10.0.0.2:2510\n')
      if (event.type === 'removed') break
    }
    expect(seen).toEqual(['snapshot 1', 'stale', 'recovered', 'added', 'removed'])
  })
})

describe('a clusters directory that changes', () => {
  it('is compared by what it was when it was opened', async () => {
    await using base = await clustersDirectory()
    const directory = await ClustersDirectory.open(base.path)
    const run = { clock: systemClock, signal: new AbortController().signal }
    const rests = async (): Promise<boolean> => (await directory?.hasChanged(run)) === false
    for (let looks = 0; looks < 10; looks += 1) if (await rests()) break
    expect(await rests()).toBe(true)
    await mkdir(join(base.path, 'c1'))
    expect(await rests()).toBe(false)
    await rm(base.path, { recursive: true })
    await expect(directory?.hasChanged(run)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  const questions = [
    ['resolve', (resolver: Resolver) => resolveCluster(resolver, 'c1')],
    ['discover', (resolver: Resolver) => discoverClusters(resolver)],
  ] as const

  it.each(questions)('is read again by %s, and has a cluster that was just being replaced', async (_, ask) => {
    await using base = await clustersDirectory({ '.c1': list })
    await using resolver = bootstrapResolver({ directories: [base.path] })
    // Between the look and the comparison the second rename comes.
    const spy = vi.spyOn(ClustersDirectory.prototype, 'hasChanged').mockImplementationOnce(async () => {
      await rename(join(base.path, '.c1'), join(base.path, 'c1'))
      return true
    })
    onTestFinished(() => spy.mockRestore())
    expect(await ask(resolver)).toMatchObject({ outcome: 'found' })
  })

  it.each(questions)('denies nothing to %s where it never rests', async (_, ask) => {
    await using base = await clustersDirectory()
    await using resolver = bootstrapResolver({ directories: [base.path] })
    const spy = vi.spyOn(ClustersDirectory.prototype, 'hasChanged').mockResolvedValue(true)
    onTestFinished(() => spy.mockRestore())
    expect(await ask(resolver)).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'failed', error: { code: 'ERR_LIST_CHANGING' } }],
    })
  })
})
