import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCli, childRun } from './built-cli.js'

let directory = ''

beforeAll(async () => {
  await buildCli()
  directory = await mkdtemp(join(tmpdir(), 'pstorage-cli-'))
  await writeList('my-cluster', '192.0.2.1\n')
}, 120_000)

afterAll(() => rm(directory, { recursive: true, force: true }))

const lists = (): readonly string[] => ['--backend', 'bootstrap', '--clusters-dir', directory]

/** Writes a list as careful tools do: a new file takes the place of the old one. */
async function writeList(cluster: string, text: string): Promise<void> {
  await mkdir(join(directory, cluster), { recursive: true })
  await writeFile(join(directory, cluster, '.new'), text)
  await rename(join(directory, cluster, '.new'), join(directory, cluster, 'bs.list'))
}

describe('watch, as a process', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('CLI-3: tells a list that is replaced, and %s ends it with %i within a second', async (signal, code) => {
    await writeList('my-cluster', '192.0.2.1\n')
    let [printed, signalledAt] = ['', 0]
    const run = await childRun(['watch', 'my-cluster', ...lists()], {
      printed(text, child) {
        printed += text
        if (text.includes('found')) void writeList('my-cluster', '192.0.2.2\n')
        if (!printed.includes('removed')) return
        signalledAt = performance.now()
        child.kill(signal)
      },
    })
    expect(performance.now() - signalledAt).toBeLessThan(1_000)
    expect(run).toMatchObject({ code, signal: null, stderr: '' })
    expect(
      run.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ +/).slice(1, 3)),
    ).toEqual([
      ['found', '192.0.2.1:2510'],
      ['added', '192.0.2.2:2510'],
      ['removed', '192.0.2.1:2510'],
    ])
  })

  it('tells a cluster that comes, and is quiet when its reader goes', async () => {
    let isGone = false
    const run = await childRun(['watch', '--format', 'ndjson', ...lists()], {
      printed(_, child) {
        // What is written next finds nobody.
        if (!isGone) child.closeStdout()
        isGone = true
        void writeList('another', '192.0.2.9\n')
      },
    })
    expect(run).toMatchObject({ code: 0, signal: null, stderr: '' })
    expect(JSON.parse(run.stdout)).toMatchObject({ type: 'snapshot', clusters: [{ name: 'my-cluster' }] })
  })
})
