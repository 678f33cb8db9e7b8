import { execFile } from 'node:child_process'
import { chmod, chown, link, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Endpoint, formatEndpoint, resolveCluster } from '@pstorage/discovery-core'
import { type ClustersDirectory, clustersDirectory } from '@pstorage/testbed'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bootstrapResolver, parseBootstrapList, writeBootstrapList } from '../src/index.js'
import { asOrdinaryUser } from './as-ordinary-user.js'

const run = promisify(execFile)
const isRoot = process.geteuid?.() === 0
const endpoint: Endpoint = { address: '2001:DB8::1', port: 7, host: 'mds1', priority: 1, weight: 2, ttl: 3 }

/** Returns the content of the file, and asserts that nothing else is beside it. */
async function contents(file: string): Promise<string> {
  expect(await readdir(dirname(file))).toEqual(['bs.list'])
  return await readFile(file, 'utf8')
}

describe('writeBootstrapList', () => {
  it('writes one endpoint a line, each once, in their order', async () => {
    await using base = await clustersDirectory({ c1: null })
    const file = base.listPath('c1')
    await writeBootstrapList(file, ['10.0.0.2', endpoint, '10.0.0.1:1', '10.0.0.2:2510', '[fe80::1%eth0]', '127.0.0.1'])
    expect(await contents(file)).toBe(
      '10.0.0.2:2510\n[2001:db8::1]:7\n10.0.0.1:1\n[fe80::1%eth0]:2510\n127.0.0.1:2510\n',
    )
    await using resolver = bootstrapResolver({ directories: [base.path] })
    const { endpoints } = await resolveCluster(resolver, 'c1')
    expect(endpoints.map(formatEndpoint)).toEqual((await contents(file)).trim().split('\n'))
  })

  it('writes what parseBootstrapList reads, for any endpoints', async () => {
    await using base = await clustersDirectory({ c1: null })
    const file = base.listPath('c1')
    const address = fc.oneof(
      fc.nat(0xffff).map((bits) => `10.0.${bits >> 8}.${bits & 255}`),
      fc.integer({ min: 1, max: 0xffff }).map((group) => `2001:db8::${group.toString(16)}`),
    )
    const endpoints = fc.array(fc.record({ address, port: fc.integer({ min: 1, max: 65_535 }) }))
    await fc.assert(
      fc.asyncProperty(endpoints, async (input) => {
        await writeBootstrapList(file, input.map(formatEndpoint))
        const { entries, warnings } = parseBootstrapList(await contents(file), { maxEntries: Number.POSITIVE_INFINITY })
        const parsed = entries.map((entry) => formatEndpoint(entry.endpoint))
        expect(parsed).toEqual([...new Set(input.map((each) => formatEndpoint(each)))])
        expect(warnings).toEqual([])
      }),
      { seed: 2510, numRuns: 50 },
    )
  })

  it('writes an empty list when there are no endpoints', async () => {
    await using base = await clustersDirectory({ c1: '10.0.0.1' })
    await writeBootstrapList(base.listPath('c1'), [])
    expect(await contents(base.listPath('c1'))).toBe('')
  })

  it('makes a file that everybody can read and its owner write, whatever the umask', async () => {
    await using base = await clustersDirectory({ c1: null })
    const before = process.umask(0o077)
    try {
      await writeBootstrapList(base.listPath('c1'), ['10.0.0.1'])
    } finally {
      process.umask(before)
    }
    expect((await stat(base.listPath('c1'))).mode & 0o7777).toBe(0o644)
  })

  it.each([0o600, 0o640, 0o664, 0o444, 0o000])('keeps the mode %o', async (mode) => {
    await using base = await clustersDirectory({ c1: '10.0.0.9' })
    await chmod(base.listPath('c1'), mode)
    await writeBootstrapList(base.listPath('c1'), ['10.0.0.1'])
    expect((await stat(base.listPath('c1'))).mode & 0o7777).toBe(mode)
  })

  it.runIf(isRoot)('keeps owner and group', async () => {
    await using base = await clustersDirectory({ c1: '10.0.0.9' })
    const file = base.listPath('c1')
    await chown(file, 1234, 2345)
    await chmod(file, 0o2640)
    await writeBootstrapList(file, ['10.0.0.1'])
    const { uid, gid, mode } = await stat(file)
    expect({ uid, gid, mode: mode & 0o7777 }).toEqual({ uid: 1234, gid: 2345, mode: 0o2640 })
  })

  it.runIf(isRoot)('refuses to take a file from its owner', async () => {
    await using base = await clustersDirectory({ c1: '10.0.0.9' })
    const file = base.listPath('c1')
    await chmod(base.path, 0o755)
    await chmod(dirname(file), 0o777)
    await asOrdinaryUser(async () => {
      await expect(writeBootstrapList(file, ['10.0.0.1'])).rejects.toMatchObject({ code: 'EPERM', path: file })
    })
    expect(await contents(file)).toBe('10.0.0.9')
  })

  it('leaves comments out by default', async () => {
    await using base = await clustersDirectory({ c1: '# MDS\n10.0.0.1 # rack 1\n# rack 2\n10.0.0.2\n' })
    const file = base.listPath('c1')
    await writeBootstrapList(file, ['10.0.0.3', '10.0.0.1'], { keepComments: true })
    expect(await contents(file)).toBe('# MDS\n10.0.0.3:2510\n# rack 1\n10.0.0.1:2510\n')
    await writeBootstrapList(file, ['10.0.0.1'])
    expect(await contents(file)).toBe('10.0.0.1:2510\n')
  })

  it('keeps the comments of a list that is not there', async () => {
    await using base = await clustersDirectory({ c1: null })
    await writeBootstrapList(base.listPath('c1'), ['10.0.0.1'], { keepComments: true })
    expect(await contents(base.listPath('c1'))).toBe('10.0.0.1:2510\n')
  })

  it.each<[what: string, list: string | Uint8Array, code: string]>([
    ['in UTF-16', Buffer.from('\ufeff# a\n', 'utf16le'), 'ERR_LIST_MALFORMED'],
    ['in a file that is too large', ' '.repeat(1024 * 1024 + 1), 'ERR_LIST_TOO_LARGE'],
  ])('loses no comments %s', async (_, list, code) => {
    await using base = await clustersDirectory({ c1: list })
    const file = base.listPath('c1')
    await expect(writeBootstrapList(file, ['10.0.0.1'], { keepComments: true })).rejects.toMatchObject({ code })
    expect(Buffer.from(list).equals(await readFile(file))).toBe(true)
    await writeBootstrapList(file, ['10.0.0.1'])
    expect(await contents(file)).toBe('10.0.0.1:2510\n')
  })

  it.each<[endpoint: string | Endpoint | null]>([
    ['mds1'],
    ['10.0.0.1:0'],
    ['10.0.0.1,10.0.0.2'],
    ['10.0.0.1\n10.0.0.2'],
    ['0.0.0.0'],
    ['224.0.0.1:1'],
    [''],
    [{ ...endpoint, port: 70_000 }],
    [{ ...endpoint, address: '10.0.0.1 #' }],
    [JSON.parse('{}')],
    [JSON.parse('null')],
    [JSON.parse('7')],
  ])('refuses the endpoint %j before anything is opened', async (wrong) => {
    const file = '/nonexistent/bs.list'
    await expect(writeBootstrapList(file, ['10.0.0.1', wrong ?? JSON.parse('null')])).rejects.toMatchObject({
      name: 'DiscoveryError',
      code: 'ERR_ENDPOINT_INVALID',
    })
  })

  it.each([
    ['', []],
    ['a\0b', []],
    ['bs.list', JSON.parse('"10.0.0.1"')],
    [JSON.parse('null'), []],
  ])('refuses the arguments %j, %j', async (file, endpoints) => {
    await expect(writeBootstrapList(file, endpoints)).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
  })
})

describe('writeBootstrapList, where it cannot', () => {
  const rows: readonly [what: string, code: string, make: (file: string) => Promise<unknown>][] = [
    ['a directory', 'EISDIR', (file) => mkdir(file)],
    ['a FIFO', 'ERR_LIST_NOT_A_FILE', (file) => run('mkfifo', [file])],
    ['a link to a list', 'ELOOP', (file) => symlink('../c2/bs.list', file)],
    ['a link to nowhere', 'ELOOP', (file) => symlink('nowhere', file)],
    ['a loop of links', 'ELOOP', (file) => symlink(file, file)],
  ]
  it.each(rows)('leaves %s alone', async (_, code, make) => {
    await using base = await clustersDirectory({ c1: null, c2: '10.0.0.2' })
    const file = base.listPath('c1')
    await make(file)
    for (const keepComments of [false, true]) {
      await expect(writeBootstrapList(file, ['10.0.0.1'], { keepComments })).rejects.toMatchObject({ code, path: file })
    }
    expect(await readdir(dirname(file))).toEqual(['bs.list'])
    expect(await contents(base.listPath('c2'))).toBe('10.0.0.2')
  })

  it('makes no directories', async () => {
    await using base = await clustersDirectory()
    const file = base.listPath('c1')
    await expect(writeBootstrapList(file, ['10.0.0.1'])).rejects.toMatchObject({
      code: 'ENOENT',
      path: file,
      cause: expect.objectContaining({ code: 'ENOENT', syscall: 'open' }),
    })
    expect(await readdir(base.path)).toEqual([])
  })

  it('leaves the list alone without permission', async () => {
    await using base = await clustersDirectory({ c1: '10.0.0.9' })
    const file = base.listPath('c1')
    await chmod(base.path, 0o755)
    await chmod(dirname(file), 0o555)
    await asOrdinaryUser(async () => {
      await expect(writeBootstrapList(file, ['10.0.0.1'])).rejects.toMatchObject({ code: 'EACCES', path: file })
    })
    await chmod(dirname(file), 0o755)
    expect(await contents(file)).toBe('10.0.0.9')
  })

  it('leaves the list alone when the disk is full', async () => {
    await using base = await clustersDirectory({ c1: null })
    await using disk = await smallDisk(base)
    const file = base.listPath('c1')
    await writeBootstrapList(file, ['10.0.0.9'])
    const many = Array.from({ length: 10_000 }, (_, n) => `10.1.${n >> 8}.${n & 255}`)
    await expect(writeBootstrapList(file, many)).rejects.toMatchObject({ code: disk.code, path: file })
    expect(await contents(file)).toBe('10.0.0.9:2510\n')
    await writeBootstrapList(file, ['10.0.0.8'])
    expect(await contents(file)).toBe('10.0.0.8:2510\n')
  })

  it('leaves other names of the same file as they are', async () => {
    await using base = await clustersDirectory({ c1: '10.0.0.9', c2: null })
    await link(base.listPath('c1'), base.listPath('c2'))
    await writeBootstrapList(base.listPath('c1'), ['10.0.0.1'])
    expect(await contents(base.listPath('c2'))).toBe('10.0.0.9')
  })

  it('is not disturbed by others who write or move the same list', async () => {
    await using base = await clustersDirectory({ c1: null })
    const file = base.listPath('c1')
    const versions = Array.from({ length: 20 }, (_, n) => [`10.0.0.${n}`, `10.0.1.${n}`])
    const other = async (): Promise<void> => {
      for (let round = 0; round < 20; round += 1) {
        await writeFile(join(base.path, 'other'), '')
        await rename(join(base.path, 'other'), file)
        await rm(file, { force: true })
      }
    }
    await Promise.all([...versions.map((version) => writeBootstrapList(file, version)), other()])
    await writeBootstrapList(file, ['10.0.0.1'])
    expect(await contents(file)).toBe('10.0.0.1:2510\n')
  })
})

/** Gives the directory of `c1` no more than 64 KiB: a file system of its own, or a limit of this process. */
async function smallDisk(base: ClustersDirectory): Promise<AsyncDisposable & { readonly code: string }> {
  const directory = dirname(base.listPath('c1'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'pstorage-test', directory])
    return { code: 'ENOSPC', [Symbol.asyncDispose]: async () => void (await run('umount', [directory])) }
  } catch {
    const limit = (bytes: string) => run('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`])
    await limit('65536')
    return { code: 'EFBIG', [Symbol.asyncDispose]: async () => void (await limit('unlimited')) }
  }
}
