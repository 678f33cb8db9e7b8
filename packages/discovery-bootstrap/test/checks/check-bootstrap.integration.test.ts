import { chmod, chown, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseClusterName } from '@pstorage/discovery-core'
import type { Finding } from '@pstorage/discovery-core/checks'
import { clustersDirectory } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { bootstrapChecks, checkBootstrap } from '../../src/checks/index.js'

const all = async (findings: AsyncIterable<Finding>): Promise<readonly Finding[]> => {
  const collected: Finding[] = []
  for await (const each of findings) collected.push(each)
  return collected
}

const good = '192.0.2.1:2510\n'

const inDirectory = async (
  lists: Readonly<Record<string, string | Uint8Array | null>>,
  breakIt: (path: string) => Promise<unknown> = async () => {},
  cluster?: string,
): Promise<readonly Finding[]> => {
  await using directory = await clustersDirectory(lists)
  await breakIt(directory.path)
  const wanted = cluster === undefined ? undefined : parseClusterName(cluster)
  return await all(checkBootstrap({ directories: [directory.path], cluster: wanted }))
}

const codes = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ level }) => level !== 'ok').map(({ check, level }) => `${check} ${level}`)

describe('the checks of bootstrap lists', () => {
  it('find nothing where nothing is amiss', async () => {
    const findings = await inDirectory({ one: good, two: '# comment\n192.0.2.2:2510\n' })
    expect(codes(findings)).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual(
      ['bootstrap-directory', 'bootstrap-name'].concat(
        ...Array.from({ length: 2 }, () => ['bootstrap-list', 'bootstrap-permissions', 'bootstrap-syntax']),
      ),
    )
  })

  it.each([
    { id: 'not there', directory: '/nowhere/at/all', expected: ['bootstrap-directory error'] },
    { id: 'a file', directory: '/etc/hostname/', expected: ['bootstrap-directory error'] },
  ])('say what a clusters directory is: $id', async ({ directory, expected }) => {
    const findings = await all(checkBootstrap({ directories: [directory] }))
    expect(codes(findings)).toEqual(expected)
  })

  it.each([
    { id: 'no cluster is named', cluster: undefined, seen: 'can be read: 2 clusters' },
    { id: 'its cluster', cluster: 'ONE', seen: 'can be read, and has ONE' },
    { id: 'another cluster', cluster: 'three', seen: 'can be read, and has no list of three' },
  ])('say what a clusters directory has: $id', async ({ cluster, seen }) => {
    const [directory] = await inDirectory({ one: good, two: good }, undefined, cluster)
    expect(directory).toMatchObject({ check: 'bootstrap-directory', level: 'ok', seen })
  })

  it.each([
    { id: 'host name', list: 'mds1:2510\n192.0.2.1:2510\n', expected: ['bootstrap-syntax warning'] },
    { id: 'no entry', list: '# nothing\n', expected: ['bootstrap-syntax error'] },
    { id: 'multicast', list: '224.0.0.1:2510 192.0.2.1:2510\n', expected: ['bootstrap-address error'] },
    { id: 'loopback', list: '127.0.0.1:2510\n', expected: ['bootstrap-address notice'] },
    { id: 'UTF-16', list: Buffer.from('\ufeff192.0.2.1:2510\n', 'utf16le'), expected: ['bootstrap-list error'] },
    { id: 'no list', list: null, expected: ['bootstrap-list warning'] },
    {
      id: 'more faults than anybody reads',
      list: `${'x\n'.repeat(100)}${good}`,
      expected: Array(21).fill('bootstrap-syntax warning'),
    },
  ])('read a list: $id', async ({ list, expected }) => {
    expect(codes(await inDirectory({ one: list }))).toEqual(expected)
  })

  it.each([
    {
      id: 'bs_list alone',
      breakIt: (path: string) => rename(join(path, 'one/bs.list'), join(path, 'one/bs_list')),
      expected: ['bootstrap-misnamed-list error'],
    },
    {
      id: 'bs_list beside it',
      breakIt: (path: string) => writeFile(join(path, 'one/bs_list'), good),
      expected: ['bootstrap-misnamed-list warning'],
    },
    {
      id: 'writable by everybody',
      breakIt: (path: string) => chmod(join(path, 'one/bs.list'), 0o666),
      expected: ['bootstrap-permissions warning'],
    },
    {
      id: 'for its owner alone',
      breakIt: (path: string) => chmod(join(path, 'one/bs.list'), 0o600),
      expected: ['bootstrap-permissions notice'],
    },
    {
      id: 'two spellings',
      breakIt: (path: string) => mkdir(join(path, 'ONE')).then(() => writeFile(join(path, 'ONE/bs.list'), good)),
      expected: ['bootstrap-name error'],
    },
    {
      id: 'no cluster name',
      breakIt: (path: string) => rename(join(path, 'one'), join(path, 'my\u2212one')),
      expected: ['bootstrap-name warning'],
    },
    {
      id: 'link to another cluster',
      breakIt: (path: string) => symlink(join(path, 'one'), join(path, 'two')),
      expected: ['bootstrap-list warning'],
    },
    {
      id: 'link to elsewhere',
      breakIt: async (path: string) => {
        await rm(join(path, 'one/bs.list'))
        await symlink('/etc/hostname', join(path, 'one/bs.list'))
      },
      expected: ['bootstrap-list error'],
    },
    {
      id: 'directory at its path',
      breakIt: async (path: string) => {
        await rm(join(path, 'one/bs.list'))
        await mkdir(join(path, 'one/bs.list'))
      },
      expected: ['bootstrap-list error'],
    },
  ])('check the existence of a list: $id', async ({ breakIt, expected }) => {
    const findings = await inDirectory({ one: good }, breakIt)
    expect(codes(findings)).toEqual(expected)
    for (const found of findings) if (found.level !== 'ok') expect(found.remedies).not.toEqual([])
  })

  it('take a volume of Kubernetes for what it is: one file through links', async () => {
    const findings = await inDirectory({}, async (path) => {
      await mkdir(join(path, '..2026_01_01_00_00_00.1/one'), { recursive: true })
      await writeFile(join(path, '..2026_01_01_00_00_00.1/one/bs.list'), good)
      await symlink('..2026_01_01_00_00_00.1', join(path, '..data'))
      await symlink('..data/one', join(path, 'one'))
    })
    expect(codes(findings)).toEqual([])
  })

  it('show both readings of an address whose last group may be the port', async () => {
    const findings = await inDirectory({ one: `fe80::1:2510\n${good}` })
    const found = findings.find(({ level }) => level === 'warning')
    expect(found?.remedies.map(({ text }) => text)).toEqual(['[fe80::1:2510]:2510', '[fe80::1]:2510'])
    expect(found?.meaning).toMatch(/may be a part of the address, or the port/)
  })

  it('never delete what is in the way, and never open what a link chose', async () => {
    const twice = await inDirectory({ prod: good, 'prod\n': good, PROD: good })
    const texts = twice.flatMap(({ remedies }) => remedies.map(({ text }) => text))
    expect(texts.filter((text) => text.includes('mv '))).toEqual([
      expect.stringMatching(/^mv -nT \/\S+\/PROD \/\S+\/\.PROD\.\$\(date \+%F\)$/),
      expect.stringMatching(/^mv -nT \/\S+\/prod \/\S+\/\.prod\.\$\(date \+%F\)$/),
    ])
    expect(texts).toContainEqual(expect.stringMatching(/^ls -la \$'\/\S+\/prod\\012'$/))
    const linked = await inDirectory({ one: good }, async (path) => {
      await rm(join(path, 'one/bs.list'))
      await symlink('/etc/shadow', join(path, 'one/bs.list'))
    })
    const looks = linked.flatMap(({ remedies }) => remedies.map(({ text }) => text))
    expect(looks).toEqual([expect.stringMatching(/^namei -l \/\S+\/one\/bs\.list$/)])
  })

  it.runIf(process.geteuid?.() === 0)('say whose list it is', async () => {
    const findings = await inDirectory({ one: good }, (path) => chown(join(path, 'one/bs.list'), 12_345, 0))
    expect(codes(findings)).toEqual(['bootstrap-permissions warning'])
  })

  it('check one cluster alone, in any spelling', async () => {
    const findings = await inDirectory({ One: 'x\n192.0.2.1\n', two: 'x\n' }, undefined, 'ONE')
    expect(codes(findings)).toEqual(['bootstrap-syntax warning'])
  })

  it('end when the signal aborts', async () => {
    const findings = checkBootstrap({ directories: ['/tmp'], signal: AbortSignal.abort('enough') })
    await expect(all(findings)).rejects.toBe('enough')
  })

  it('are all described, each once', () => {
    const ids = bootstrapChecks.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
