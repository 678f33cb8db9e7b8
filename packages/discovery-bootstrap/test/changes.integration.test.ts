import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { appendFile, chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseClusterName, resolveCluster, simulatedClock } from '@pstorage/discovery-core'
import { type ClustersDirectory, clustersDirectory } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { bootstrapResolver } from '../src/index.js'
import { listChanges } from '../src/watch/list-changes.js'
import { asOrdinaryUser } from './as-ordinary-user.js'

const c1 = parseClusterName('c1')
const list = '10.0.0.1:2510\n'

/** The hints of a resolver on a directory, taken one by one. */
function hintsOf(path: string, cluster: typeof c1 | undefined) {
  const end = new AbortController()
  const resolver = bootstrapResolver({ directories: [path] })
  const hints = resolver.changes?.(cluster, { signal: end.signal })[Symbol.asyncIterator]()
  if (hints === undefined) throw new Error('this resolver has no changes')
  return {
    resolver,
    next: () => hints.next(),
    end: () => end.abort(),
    async [Symbol.asyncDispose]() {
      end.abort()
      await resolver[Symbol.asyncDispose]()
    },
  }
}

/** A hint, and whether it has come. */
function watched(next: Promise<IteratorResult<void>>) {
  const state = { came: false, hint: next }
  next.then(
    () => {
      state.came = true
    },
    () => undefined,
  )
  return state
}

/** Waits until all events so far have arrived, so that later ones arrive after them. */
async function passTime(): Promise<void> {
  await using base = await clustersDirectory({ c1: list })
  await using hints = hintsOf(base.path, c1)
  for (let round = 1; round <= 2; round += 1) {
    const hint = hints.next()
    await utimes(base.listPath('c1'), round, round)
    await hint
  }
}

type Change = (base: ClustersDirectory) => Promise<unknown>

async function replaceByRename(base: ClustersDirectory, text: string): Promise<void> {
  await writeFile(`${base.listPath('c1')}.new`, text)
  await rename(`${base.listPath('c1')}.new`, base.listPath('c1'))
}

describe('changes, of a list', () => {
  const rows: readonly [what: string, change: Change][] = [
    ['is replaced by rename', (base) => replaceByRename(base, '10.0.0.2')],
    ['is written in place', (base) => base.write('c1', '10.0.0.2')],
    ['is written in place with as many bytes', (base) => base.write('c1', '10.0.0.2:2510\n')],
    ['is appended to', (base) => appendFile(base.listPath('c1'), '10.0.0.2')],
    ['is removed', (base) => rm(base.listPath('c1'))],
    ['may be read by others', (base) => chmod(base.listPath('c1'), 0o600)],
    ['is touched', (base) => utimes(base.listPath('c1'), 1, 1)],
    ['has its directory removed', (base) => rm(join(base.path, 'c1'), { recursive: true })],
    ['has its directory moved', (base) => rename(join(base.path, 'c1'), join(base.path, 'c9'))],
    ['has the clusters directory removed', (base) => rm(base.path, { recursive: true })],
    ['has the clusters directory moved', (base) => rename(base.path, join(base.path, '..', `moved-${process.pid}`))],
  ]
  it.each(rows)('hints when it %s', async (_, change) => {
    await using base = await clustersDirectory({ c1: list, c2: list })
    await using hints = hintsOf(base.path, c1)
    const hint = hints.next()
    await change(base)
    expect(await hint).toEqual({ done: false, value: undefined })
    await rm(join(base.path, '..', `moved-${process.pid}`), { recursive: true, force: true })
  })

  it('hints again and again, also of what is no longer the same directory', async () => {
    await using base = await clustersDirectory({ c1: list })
    await using hints = hintsOf(base.path, c1)
    const changes: Change[] = [
      ...rows.slice(0, 5).map(([, change]) => change),
      (base) => base.write('c1', '10.0.0.3'),
      (base) => rm(join(base.path, 'c1'), { recursive: true }),
      (base) => base.write('c1', '10.0.0.4'),
      (base) => rm(base.path, { recursive: true }),
      (base) => base.write('c1', '10.0.0.5'),
      async (base) => {
        await rename(base.path, `${base.path}.old`)
        await base.write('c1', '10.0.0.6')
        await rm(`${base.path}.old`, { recursive: true })
      },
      (base) => replaceByRename(base, '10.0.0.7'),
    ]
    for (const change of changes) {
      const hint = hints.next()
      await change(base)
      expect(await hint).toMatchObject({ done: false })
    }
    const { endpoints } = await resolveCluster(hints.resolver, c1)
    expect(endpoints).toMatchObject([{ address: '10.0.0.7' }])
  })

  it('waits for directories that are not there yet', async () => {
    await using base = await clustersDirectory()
    const path = join(base.path, 'etc', 'pstorage', 'clusters')
    await using hints = hintsOf(path, c1)
    const hint = hints.next()
    await mkdir(join(path, 'c1'), { recursive: true })
    await writeFile(join(path, 'c1', 'bs.list'), list)
    expect(await hint).toMatchObject({ done: false })
    // The making of the directories and that of the list may have been two events.
    const { endpoints } = await resolveCluster(hints.resolver, c1)
    expect(endpoints).toMatchObject([{ address: '10.0.0.1' }])
  })

  it('follows links, and sees where they lead to now', async () => {
    await using base = await clustersDirectory({ c1: null, versions: null, one: list, two: '10.0.0.2' })
    const link = async (target: string): Promise<void> => {
      await symlink(target, join(base.path, 'versions', 'next'))
      await rename(join(base.path, 'versions', 'next'), join(base.path, 'versions', 'current'))
    }
    await link('../one')
    await symlink('../versions/current/bs.list', base.listPath('c1'))
    await using hints = hintsOf(base.path, c1)
    for (const change of [
      () => link('../two'),
      () => base.write('two', '10.0.0.3'),
      () => rm(join(base.path, 'versions', 'current')),
      () => link('../one'),
    ]) {
      const hint = hints.next()
      // What a link leads to is found out at first, and nothing else tells when.
      await resolveCluster(hints.resolver, c1)
      await change()
      expect(await hint).toMatchObject({ done: false })
    }
  })

  it('sees the directory that is spelled otherwise', async () => {
    await using base = await clustersDirectory({ C1: list })
    await using hints = hintsOf(base.path, c1)
    const first = hints.next()
    await resolveCluster(hints.resolver, c1)
    await base.write('C1', '10.0.0.2')
    expect(await first).toMatchObject({ done: false })
    const second = hints.next()
    await base.write('c1', '10.0.0.3')
    expect(await second).toMatchObject({ done: false })
  })

  it('takes one rewriting for one change, and everything else for none', async () => {
    await using base = await clustersDirectory({ c1: list, c2: list })
    await using hints = hintsOf(base.path, c1)
    const first = watched(hints.next())
    await writeFile(join(base.path, 'c1', 'bs_list'), '')
    await writeFile(join(base.path, 'c1', 'other'), '')
    await base.write('c3', list)
    await passTime()
    expect(first.came).toBe(false)
    // Without letting anything else run: a busy disk would tear them apart.
    for (let n = 0; n < 20; n += 1) writeFileSync(base.listPath('c1'), `10.0.0.${n}`)
    await first.hint
    const second = watched(hints.next())
    await passTime()
    expect(second.came).toBe(false)
  })

  it('is not there for addresses given by hand', async () => {
    await using resolver = bootstrapResolver({ addresses: ['10.0.0.1'] })
    expect(resolver.changes).toBeUndefined()
  })
})

describe('changes, of the names', () => {
  it.each<[what: string, change: Change]>([
    ['a cluster comes', (base) => base.write('c3', list)],
    ['a cluster gets its list', (base) => base.write('c2', list)],
    ['a list is removed', (base) => rm(base.listPath('c1'))],
    ['a cluster is removed', (base) => rm(join(base.path, 'c1'), { recursive: true })],
    ['a cluster is renamed', (base) => rename(join(base.path, 'c1'), join(base.path, 'c9'))],
    ['a cluster is a link', (base) => symlink('c1', join(base.path, 'c4'))],
    ['the directory is removed', (base) => rm(base.path, { recursive: true })],
  ])('hints when %s', async (_, change) => {
    await using base = await clustersDirectory({ c1: list, c2: null })
    await using hints = hintsOf(base.path, undefined)
    const hint = hints.next()
    await change(base)
    expect(await hint).toMatchObject({ done: false })
  })

  it('does not for what a list says', async () => {
    await using base = await clustersDirectory({ c1: list })
    await using hints = hintsOf(base.path, undefined)
    const first = watched(hints.next())
    await passTime()
    await base.write('c1', '10.0.0.2')
    await writeFile(join(base.path, 'README'), '')
    await passTime()
    expect(first.came).toBe(false)
    await base.write('c2', list)
    await first.hint
  })
})

describe('changes, at their end', () => {
  it('ends when the signal aborts, with its reason', async () => {
    await using base = await clustersDirectory({ c1: list })
    await using hints = hintsOf(base.path, c1)
    const hint = hints.next()
    hints.end()
    await expect(hint).rejects.toMatchObject({ name: 'AbortError' })
    expect(await hints.next()).toEqual({ done: true, value: undefined })
  })

  it('ends when the resolver is disposed', async () => {
    await using base = await clustersDirectory({ c1: list })
    await using hints = hintsOf(base.path, undefined)
    const hint = hints.next().catch((error) => error.code)
    await hints.resolver[Symbol.asyncDispose]()
    expect(await hint).toBe('ERR_RESOLVER_DISPOSED')
    const late = hints.resolver.changes?.(c1)[Symbol.asyncIterator]()
    await expect(late?.next()).rejects.toMatchObject({ code: 'ERR_RESOLVER_DISPOSED' })
  })

  it('ends when the loop is left', async () => {
    await using base = await clustersDirectory({ c1: list })
    await using resolver = bootstrapResolver({ directories: [base.path] })
    const before = (await inotifyWatches()).length
    const hints = resolver.changes?.(c1) ?? []
    const loop = (async () => {
      for await (const _ of hints) break
    })()
    await base.write('c1', '10.0.0.2')
    await loop
    expect((await inotifyWatches()).length).toBe(before)
  })

  it('refuses what is no name', async () => {
    await using resolver = bootstrapResolver()
    // As a program without types may say it.
    const hints = resolver.changes?.(JSON.parse('"../c1"'))[Symbol.asyncIterator]()
    await expect(hints?.next()).rejects.toMatchObject({ code: 'ERR_CLUSTER_NAME_INVALID' })
  })

  it('watches nothing any more', async () => {
    const watches = async () => (await inotifyWatches()).length
    const before = await watches()
    await using base = await clustersDirectory({ c1: list, c2: list })
    const hints = hintsOf(base.path, undefined)
    const hint = hints.next()
    await base.write('c3', list)
    await hint
    expect(await watches()).toBeGreaterThan(before)
    await hints[Symbol.asyncDispose]()
    expect(await watches()).toBe(before)
  })

  it('serves many at once without warnings', async () => {
    await using base = await clustersDirectory({ c1: list })
    await using resolver = bootstrapResolver({ directories: [base.path] })
    const { signal } = new AbortController()
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    const all = Array.from({ length: 50 }, () => resolver.changes?.(c1, { signal })[Symbol.asyncIterator]().next())
    await base.write('c1', '10.0.0.2')
    expect((await Promise.all(all)).every((hint) => hint?.done === false)).toBe(true)
    await resolver[Symbol.asyncDispose]()
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })
})

describe('changes, where the system cannot report them', () => {
  it.each(['ENOSPC', 'EMFILE', 'EACCES'])('BS-14: polls when watching gives %s', async (code) => {
    await using base = await clustersDirectory({ c1: list })
    await utimes(base.listPath('c1'), 1, 1)
    const clock = simulatedClock()
    const end = new AbortController()
    const watchDirectory = (): never => {
      throw Object.assign(new Error(code), { code, syscall: 'watch' })
    }
    const options = { directories: [base.path], cluster: c1, maxClusters: 1, pollInterval: 60_000, clock }
    let hints = 0
    const hint = (): void => {
      hints += 1
    }
    const result = listChanges({ ...options, signal: end.signal, hint, watchDirectory })
    while (clock.sleepers === 0) await new Promise(setImmediate)
    await base.write('c1', '10.0.0.2')
    await utimes(base.listPath('c1'), 2, 2)
    await clock.advance(59_999)
    expect(hints).toBe(0)
    await clock.advance(1)
    while (hints === 0) await clock.advance(1)
    end.abort()
    await expect(result).rejects.toMatchObject({ name: 'AbortError' })
    expect(hints).toBe(1)
    expect(clock.sleepers).toBe(0)
  })

  it('polls where a directory on the way must not be read', async () => {
    await using base = await clustersDirectory({ c1: list })
    await chmod(base.path, 0o711)
    await chmod(dirname(base.listPath('c1')), 0o711)
    await asOrdinaryUser(async () => {
      await using resolver = bootstrapResolver({ directories: [base.path], pollInterval: 20 })
      const hint = resolver.changes?.(c1)[Symbol.asyncIterator]().next()
      await resolveCluster(resolver, c1)
      process.seteuid?.(0)
      await base.write('c1', '10.0.0.2')
      process.seteuid?.(65_534)
      expect(await hint).toMatchObject({ done: false })
    })
  })
})

/** The watches of this process, as the system shows them. */
async function inotifyWatches(): Promise<readonly string[]> {
  const script = 'cat /proc/$0/fdinfo/* 2>/dev/null | grep ^inotify'
  const child = spawn('sh', ['-c', script, String(process.pid)], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [chunks] = await Promise.all([child.stdout.toArray(), once(child, 'close')])
  return Buffer.concat(chunks).toString().split('\n').filter(Boolean)
}
