import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../..', import.meta.url))
const packageFolder = fileURLToPath(new URL('../..', import.meta.url))
/** The octets that one hit may allocate: 824 at the time of writing, for its promises, and a report and a list of its own. */
const MOST_OCTETS = 1_200

beforeAll(async () => {
  await run(`${root}/node_modules/.bin/tsc`, ['-b', 'packages/discovery-core'], { cwd: root })
}, 120_000)

/** Nothing is collected meanwhile, as young objects have more room than is needed; so what the heap grows by is what was made. */
const program = `
  import { cached, memoryResolver, resolveCluster } from '@pstorage/discovery-core'
  const resolver = cached(memoryResolver({ clusters: { alpha: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] } }))
  const hits = async (count) => { for (let hit = 0; hit < count; hit += 1) await resolveCluster(resolver, 'alpha') }
  await hits(50_000)
  gc()
  const before = process.memoryUsage().heapUsed
  await hits(20_000)
  console.log((process.memoryUsage().heapUsed - before) / 20_000)
`

describe('a hit of the cache', () => {
  it('allocates little', async () => {
    const flags = ['--expose-gc', '--max-semi-space-size=64', '--min-semi-space-size=64', '--input-type=module']
    const { stdout } = await run(process.execPath, [...flags, '--eval', program], { cwd: packageFolder })
    expect(Number(stdout)).toBeGreaterThan(0)
    expect(Number(stdout)).toBeLessThan(MOST_OCTETS)
  })
})
