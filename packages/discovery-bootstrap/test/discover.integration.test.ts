import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DiscoverReport, discoverClusters } from '@pstorage/discovery-core'
import { clustersDirectory } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { type BootstrapResolverOptions, bootstrapResolver } from '../src/index.js'
import { asOrdinaryUser } from './as-ordinary-user.js'

async function discover(
  directories: readonly string[],
  options: BootstrapResolverOptions = {},
): Promise<DiscoverReport> {
  await using resolver = bootstrapResolver({ directories, ...options })
  return await discoverClusters(resolver)
}

function namesOf({ clusters }: DiscoverReport): string[] {
  return clusters.map(({ name }) => name)
}

function codesOf({ warnings }: DiscoverReport): string[] {
  return warnings.map(({ code }) => code).sort()
}

/** `status` or `status:code` of each attempt. */
function statusesOf({ attempts }: DiscoverReport): string[] {
  return attempts.map(({ status, error }) => (error === null ? status : `${status}:${error.code}`)).sort()
}

const list = '10.0.0.1:2510\n'

describe('discover', () => {
  it('unites the names of all directories, each with its source', async () => {
    await using one = await clustersDirectory({ alpha: list, 'my-cluster': list })
    await using other = await clustersDirectory({ alpha: list, beta: '' })
    const report = await discover([one.path, other.path])
    expect(report.outcome).toBe('found')
    expect(report.clusters.map(({ name, sources }) => [name, sources.map(({ origin }) => origin).sort()])).toEqual([
      ['alpha', [one.listPath('alpha'), other.listPath('alpha')].sort()],
      ['beta', [other.listPath('beta')]],
      ['my-cluster', [one.listPath('my-cluster')]],
    ])
    expect(report.clusters[0]?.sources[0]).toMatchObject({
      backend: 'bootstrap',
      method: 'bs-list',
      ttl: null,
      authenticated: false,
    })
    expect(report.attempts.map(({ target, status, count }) => [target, status, count]).sort()).toEqual(
      [
        [one.path, 'found', 2],
        [other.path, 'found', 2],
      ].sort(),
    )
    expect(report.warnings).toEqual([])
  })

  it('BS-14: cannot ask a directory that was named and is not there', async () => {
    await using base = await clustersDirectory()
    await symlink(base.path, join(base.path, 'link'))
    const report = await discover([join(base.path, 'a'), join(base.path, 'link', 'b', 'c')])
    expect(report).toMatchObject({ outcome: 'undetermined', warnings: [] })
    expect(report.attempts).toMatchObject([
      { status: 'unavailable', error: { code: 'ENOENT', message: `there is no directory ${join(base.path, 'a')}` } },
      { status: 'unavailable', error: { code: 'ENOENT' } },
    ])
  })

  it('BS-14: tells every other obstacle from that, and goes on with the other directories', async () => {
    await using good = await clustersDirectory({ good: list })
    await using base = await clustersDirectory()
    const file = join(base.path, 'file')
    const loop = join(base.path, 'loop')
    const dangling = join(base.path, 'dangling')
    await writeFile(file, '')
    await symlink(loop, loop)
    await symlink(join(base.path, 'nowhere'), dangling)
    const directories = [good.path, file, join(file, 'x'), loop, dangling, join(base.path, 'x'.repeat(300))]
    const report = await discover([...directories, join(dangling, 'clusters')])
    expect(report.outcome).toBe('found')
    expect(namesOf(report)).toEqual(['good'])
    expect(statusesOf(report)).toEqual([
      'found',
      'unavailable:ELOOP',
      'unavailable:ENAMETOOLONG',
      'unavailable:ENOENT',
      'unavailable:ENOENT',
      'unavailable:ENOTDIR',
      'unavailable:ENOTDIR',
    ])
  })

  it('BS-14: says "unavailable" without permission, never "absent"', async () => {
    await using base = await clustersDirectory({ closed: list })
    await chmod(base.path, 0o000)
    const report = await asOrdinaryUser(() => discover([base.path]))
    await chmod(base.path, 0o700)
    expect(report.outcome).toBe('undetermined')
    expect(statusesOf(report)).toEqual(['unavailable:EACCES'])
  })

  it('BS-14: a cluster that cannot be read is a warning, and never "absent"', async () => {
    await using base = await clustersDirectory({ closed: list })
    await chmod(base.path, 0o755)
    await chmod(join(base.path, 'closed'), 0o000)
    const alone = await asOrdinaryUser(() => discover([base.path]))
    await base.write('open', list)
    const beside = await asOrdinaryUser(() => discover([base.path]))
    await chmod(join(base.path, 'closed'), 0o700)
    expect(alone.outcome).toBe('undetermined')
    expect(statusesOf(alone)).toEqual(['unavailable:EACCES'])
    expect(codesOf(alone)).toEqual(['bootstrap-list-unreadable'])
    expect(namesOf(beside)).toEqual(['open'])
    expect(beside).toMatchObject({ outcome: 'found', attempts: [{ status: 'found', count: 1, incomplete: true }] })
    expect(codesOf(beside)).toEqual(['bootstrap-list-unreadable'])
  })

  it('BS-18: skips what is no cluster', async () => {
    await using base = await clustersDirectory({ good: list, '.git': list, '.hidden': null, 'lost+found': null })
    await writeFile(join(base.path, 'README'), '')
    await writeFile(join(base.path, 'bs.list'), list)
    const report = await discover([base.path])
    expect(namesOf(report)).toEqual(['good'])
    expect(report.warnings).toEqual([])
  })

  it('BS-18: a directory without a list is a notice and no name, and proves that there is a cluster', async () => {
    await using base = await clustersDirectory({ authenticated: null, openstack: null })
    await writeFile(join(base.path, 'openstack', 'bs_list'), list)
    const report = await discover([base.path])
    expect(report).toMatchObject({
      outcome: 'known',
      clusters: [],
      attempts: [{ status: 'empty', detail: 'no bs.list' }],
    })
    expect(codesOf(report)).toEqual(['bootstrap-misnamed-list', 'bootstrap-no-list'])
    expect(report.warnings.map(({ message }) => message).join('\n')).toContain(join(base.path, 'openstack', 'bs_list'))
  })

  it('names a list whose directory has no name for a cluster', async () => {
    await using base = await clustersDirectory({
      good: list,
      'a.b': list,
      '-h': list,
      'eins\u2212zwei': list,
      '\u001b[31mred': list,
    })
    const report = await discover([base.path])
    expect(namesOf(report)).toEqual(['good'])
    expect(codesOf(report)).toEqual(Array(4).fill('bootstrap-name-invalid'))
    expect(report.warnings.map(({ message }) => message).join('\n')).toMatch(/did you mean "-"/)
  })

  it('reads 3 000 directories, and stops at a limit', async () => {
    await using base = await clustersDirectory()
    for (let index = 0; index < 3_000; index += 1) await base.write(`cluster-${index}`, '')
    const all = await discover([base.path])
    expect(all.clusters.length).toBe(3_000)
    expect(all.warnings).toEqual([])
    const some = await discover([base.path], { maxClusters: 1_000 })
    expect(some.clusters.length).toBe(1_000)
    expect(some.attempts).toMatchObject([{ status: 'found', count: 1_000 }])
    expect(codesOf(some)).toEqual(['bootstrap-too-many-clusters'])
  })

  it('limits the warnings', async () => {
    await using base = await clustersDirectory()
    for (let index = 0; index < 102; index += 1) await mkdir(join(base.path, `cluster-${index}`))
    const report = await discover([base.path])
    expect(report.warnings.length).toBe(101)
    expect(report.warnings.at(-1)).toMatchObject({
      code: 'bootstrap-more-warnings',
      message: `${base.path}: 2 more warnings`,
    })
  })

  it('warns of names that differ in letter case alone', async () => {
    await using base = await clustersDirectory({ Alpha: list, alpha: list })
    const report = await discover([base.path])
    expect(report.clusters.length).toBe(1)
    expect(codesOf(report)).toEqual(['bootstrap-name-ambiguous'])
  })

  it('BS-17: follows links inside of the directory, and none that leave it', async () => {
    await using base = await clustersDirectory({ real: list })
    await using outside = await clustersDirectory({ elsewhere: list })
    await symlink('real', join(base.path, 'alias'))
    await symlink(join(outside.path, 'elsewhere'), join(base.path, 'away'))
    const report = await discover([base.path])
    expect(namesOf(report)).toEqual(['alias', 'real'])
    expect(codesOf(report)).toEqual(['bootstrap-list-unreadable'])
    expect(report.warnings[0]?.message).toContain('outside of the clusters directory')
  })

  it('does not take a directory or a FIFO for a list', async () => {
    await using base = await clustersDirectory({ strange: null })
    await mkdir(base.listPath('strange'))
    const report = await discover([base.path])
    expect(report.outcome).toBe('undetermined')
    expect(statusesOf(report)).toEqual(['failed:ERR_LIST_NOT_A_FILE'])
  })

  it('BS-22: cannot tell names from addresses given by hand', async () => {
    await using base = await clustersDirectory({ good: list })
    const report = await discover([base.path], { addresses: ['10.0.0.1'] })
    expect(report).toMatchObject({ outcome: 'undetermined', clusters: [], warnings: [] })
    expect(report.attempts).toMatchObject([{ method: 'command-line', status: 'skipped', error: null }])
  })
})
