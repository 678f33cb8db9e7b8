import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCli, childRun } from './built-cli.js'

let directory = ''

beforeAll(async () => {
  await buildCli()
  directory = await mkdtemp(join(tmpdir(), 'pstorage-cli-'))
}, 120_000)

afterAll(() => rm(directory, { recursive: true, force: true }))

const lists = (): readonly string[] => ['--backend', 'bootstrap', '--clusters-dir', directory, '--format', 'ndjson']
const typesOf = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).type)

describe('--wait, as a process', () => {
  it('finds a list that is written while it waits', async () => {
    let isWritten = false
    const run = await childRun(['resolve', 'late', '--wait', '15', ...lists()], {
      printed() {
        if (isWritten) return
        isWritten = true
        mkdirSync(join(directory, 'late'))
        writeFileSync(join(directory, 'late/bs.list'), '192.0.2.3\n')
      },
    })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    const types = typesOf(run.stdout)
    expect(types.slice(0, 2)).toEqual(['attempt', 'attempt'])
    expect(types.filter((type) => type === 'endpoint')).toHaveLength(1)
    expect(types.at(-1)).toBe('end')
    expect(run.lingered).toBeLessThan(100)
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('CLI-3: %s ends it with %i within a second', async (signal, code) => {
    let signalledAt = 0
    const run = await childRun(['resolve', 'never', '--wait', '60', ...lists()], {
      printed(_, child) {
        if (signalledAt > 0) return
        signalledAt = performance.now()
        child.kill(signal)
      },
    })
    expect(run).toMatchObject({ code, signal: null, stderr: '' })
    expect(performance.now() - signalledAt).toBeLessThan(1_000)
    expect(typesOf(run.stdout)).not.toContain('end')
  })
})
