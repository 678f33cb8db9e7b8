import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { clusterZone, namedServer } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildPackage, packageFolder } from './built-package.js'

const CLUSTERS = 100_000
/** MiB above what Node.js itself takes, for the first transfer: the names, as they are collected and as they are handed over. */
const MOST = 64
/** MiB for nine further ones. */
const MOST_GROWTH = 24

const run = promisify(execFile)

beforeAll(buildPackage, 120_000)

/**
 * Transfers a zone ten times and keeps nothing of it, so that what grows is what the resolver keeps. Runs as a process of its
 * own. What nobody keeps is collected after each time, or the peak would tell when the engine sees fit to.
 */
const program = `
  import { dnsResolver } from '@pstorage/discovery-dns'
  const peak = () => process.resourceUsage().maxRSS / 1024
  const resolver = dnsResolver({ servers: [process.argv[1]], domains: ['large.test'], axfr: 'always' })
  const report = { names: [], start: peak(), first: 0, last: 0 }
  for (let round = 0; round < 10; round += 1) {
    let names = 0
    for await (const event of resolver.discover({ timeout: 30_000 })) if (event.type === 'cluster') names += 1
    report.names.push(names)
    report.first ||= peak()
    gc()
  }
  report.last = peak()
  await resolver[Symbol.asyncDispose]()
  console.log(JSON.stringify(report))
`

interface Report {
  readonly names: readonly number[]
  /** The peak of resident memory in MiB: before the first transfer, after it, and after the last. */
  readonly start: number
  readonly first: number
  readonly last: number
}

describe('a zone of 100,000 clusters', () => {
  it('is transferred with flat memory', async () => {
    const zones = { 'large.test': clusterZone({ clusters: CLUSTERS }) }
    await using named = await namedServer({ zones, allowTransfer: 'any' })
    const child = await run(process.execPath, ['--expose-gc', '--input-type=module', '--eval', program, named.server], {
      cwd: packageFolder,
    })
    const { names, start, first, last }: Report = JSON.parse(child.stdout)
    expect(names).toEqual(Array(10).fill(CLUSTERS))
    expect(first - start).toBeLessThan(MOST)
    expect(last - first).toBeLessThan(MOST_GROWTH)
  })
})
