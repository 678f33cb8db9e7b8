import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { writeBootstrapList } from '@pstorage/discovery-bootstrap'
import { cached, memoryResolver, resolveCluster } from '@pstorage/discovery-core'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { beforeAll, describe, expect, it } from 'vitest'
import { domain, entries, truth } from './world.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const command = join(root, 'packages/discovery-cli/dist/main.js')
const run = promisify(execFile)

beforeAll(async () => {
  await run(join(root, 'node_modules/.bin/tsc'), ['-b', 'packages/discovery-cli'], { cwd: root })
}, 120_000)

/** A file system of so many bytes. */
async function smallDisk(bytes: number) {
  const path = await mkdtemp(join(tmpdir(), 'pstorage-disk-'))
  await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path])
  return {
    path,
    async fill() {
      // What does not fit is what fills it.
      await writeFile(join(path, 'ballast'), Buffer.alloc(bytes)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error
      })
    },
    async [Symbol.asyncDispose]() {
      await run('umount', [path])
      await rm(path, { recursive: true })
    },
  }
}

describe('a disk that is full', () => {
  it('costs a list its change, and not what it held', async () => {
    await using disk = await smallDisk(64 * 1_024)
    const directory = join(disk.path, 'clusters')
    const file = join(directory, 'my-cluster/bs.list')
    await mkdir(join(directory, 'my-cluster'), { recursive: true })
    await writeFile(file, '192.0.2.1:2510\n')
    await disk.fill()
    const many = Array.from({ length: 1_000 }, (_, index) => `198.51.100.${index % 250}:${3_000 + index}`)
    const written = writeBootstrapList(file, many)
    await expect(written).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(await readFile(file, 'utf8')).toBe('192.0.2.1:2510\n')
    expect(await run('ls', ['-A', join(directory, 'my-cluster')])).toMatchObject({ stdout: 'bs.list\n' })
  })

  it('costs a cache its file, and nobody an answer', async () => {
    await using disk = await smallDisk(16 * 1_024)
    await disk.fill()
    await using resolver = cached(memoryResolver({ clusters: { 'my-cluster': ['192.0.2.1'] } }), {
      file: join(disk.path, 'last-good.json'),
    })
    const report = await resolveCluster(resolver, 'my-cluster')
    expect(report).toMatchObject({ outcome: 'found', endpoints: [{ address: '192.0.2.1' }] })
  })
})

describe('descriptors that run out', () => {
  // The fewest with which Node.js starts at all differ from version to version.
  it.each([20, 21, 22, 23, 24, 25, 26, 28, 32, 64])('%i of them: found, or not found out', async (limit) => {
    await using server = await clusterNameServer({ origin: domain, clusters: entries })
    const script = `ulimit -n ${limit}; exec "$0" "$@"`
    const words = ['resolve', 'my-cluster', '--backend', 'dns', '--timeout', '2', '--json']
    const where = ['--server', `${server.address}:${server.port}`, '--domain', domain]
    const ended = await run('bash', ['-c', script, process.execPath, command, ...words, ...where]).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => error,
    )
    // Below some limit Node.js itself does not start; then there is no report, and no code that means absent.
    if (ended.stdout === '') {
      expect([0, 4, 6]).not.toContain(ended.code)
      expect(ended.stderr).not.toBe('')
      return
    }
    const report = JSON.parse(ended.stdout)
    expect(['found', 'undetermined']).toContain(report.outcome)
    expect(ended.code).toBe(report.outcome === 'found' ? 0 : 3)
    if (report.outcome === 'found') {
      const addresses = report.endpoints.map(
        ({ address, port }: { readonly address: string; readonly port: number }) => `${address}:${port}`,
      )
      expect(addresses.toSorted()).toEqual(truth['my-cluster'].addresses)
    }
  })
})
