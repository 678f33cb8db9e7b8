import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { InstalledNode } from './install-node.js'
import { countTests, type TestCounts } from './test-counts.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Runs the unit and integration tests with a Node.js, which is also the one that their processes find. */
export async function testOn({ folder }: InstalledNode): Promise<TestCounts & { readonly seconds: number }> {
  const scratch = await mkdtemp(join(tmpdir(), 'node-matrix-'))
  try {
    const report = join(scratch, 'report.json')
    const startedAt = performance.now()
    const child = spawn(
      join(folder, 'node'),
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'unit', '--project', 'integration'],
      {
        cwd: root,
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`, VITEST_JSON_REPORT: report },
      },
    )
    const [code] = await once(child, 'exit')
    const text = await readFile(report, 'utf8').catch(() => undefined)
    return { ...countTests(text, code === 0), seconds: (performance.now() - startedAt) / 1_000 }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
