import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { clusterZone } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildPackage, packageFolder } from './built-package.js'

const run = promisify(execFile)
/**
 * The octets that one resolve may leave to a full garbage collection: 4,000 to 6,000 octets at the time of writing, on Node.js 20 to 26; 11,000
 * to 14,000 before that was looked after.
 */
const MOST_OCTETS = 8_500
/** MiB for young objects, from the start: with less, questions that are under way are collected over and over, and taken for old. */
const YOUNG = 16
const DOMAIN = 'survivors.test'
/** Equal questions at the same time would be asked once. */
const CLUSTERS = 100

beforeAll(buildPackage, 120_000)

/** The profile leaves out objects that die young. */
const program = `
  import { Session } from 'node:inspector/promises'
  import { resolveCluster } from '@pstorage/discovery-core'
  import { dnsResolver } from '@pstorage/discovery-dns'
  const [server, domain, clusters] = process.argv.slice(1)
  const resolver = dnsResolver({ servers: [server], domains: [domain] })
  const resolves = async (count) => {
    let left = count
    const worker = async () => {
      while (left-- > 0) {
        const { outcome } = await resolveCluster(resolver, 'cluster-' + (1 + (left % clusters)))
        if (outcome !== 'found') throw new Error(outcome)
      }
    }
    await Promise.all(Array.from({ length: 16 }, worker))
  }
  await resolves(6_000)
  const session = new Session()
  session.connect()
  await session.post('HeapProfiler.startSampling', { samplingInterval: 2_048, includeObjectsCollectedByMajorGC: true })
  await resolves(6_000)
  const { profile } = await session.post('HeapProfiler.stopSampling')
  const octetsOf = ({ selfSize, children }) => children.reduce((sum, child) => sum + octetsOf(child), selfSize)
  console.log(octetsOf(profile.head) / 6_000)
  await resolver[Symbol.asyncDispose]()
`

describe('a resolve by SRV', () => {
  it('leaves little to a full garbage collection', async () => {
    const zone = `$ORIGIN ${DOMAIN}.\n${clusterZone({ clusters: CLUSTERS })}`
    await using server = await clusterNameServer({ origin: DOMAIN, zone })
    const asked = [`${server.address}:${server.port}`, DOMAIN, String(CLUSTERS)]
    const young = [`--min-semi-space-size=${YOUNG}`, `--max-semi-space-size=${YOUNG}`]
    const node = [...young, '--input-type=module', '--eval', program, ...asked]
    const { stdout } = await run(process.execPath, node, { cwd: packageFolder })
    expect(Number(stdout)).toBeGreaterThan(0)
    expect(Number(stdout)).toBeLessThan(MOST_OCTETS)
  }, 60_000)
})
