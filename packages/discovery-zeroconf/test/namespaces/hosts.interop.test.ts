import { avahiOn, bonjourServiceOn, networkNamespaces, pythonZeroconfOn, resolvedOn } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildForHosts, Querier } from './querier.js'

beforeAll(buildForHosts)

const lan = { link: 'lan' }

/** Seconds that all records of a host live that dies without a word. */
const ttl = 6

describe.concurrent('on a bridge with Avahi, python-zeroconf, bonjour-service and systemd-resolved', () => {
  it('discovers, resolves, and sees who comes, who leaves and who dies', async () => {
    await using network = await networkNamespaces({
      seeker: [lan],
      avahi: [lan],
      python: [lan],
      bonjour: [lan],
      resolved: [lan],
      killed: [lan],
      cut: [lan],
    })
    const { seeker, ...hosts } = network.hosts
    const endpointText = (host: keyof typeof hosts, port: number): string => `${hosts[host].address()}:${port}`
    const endpointTexts = {
      'by-avahi': endpointText('avahi', 2510),
      'by-python': endpointText('python', 2511),
      'by-bonjour': endpointText('bonjour', 2512),
      'by-resolved': endpointText('resolved', 2513),
      killed: endpointText('killed', 2510),
      cut: endpointText('cut', 2510),
    }
    const clusters = Object.keys(endpointTexts)
    const querier = await Querier.on(seeker)
    for (const cluster of [undefined, ...clusters]) querier.watch(cluster)
    await querier.saw('snapshot', 1 + clusters.length)

    const [avahi, python, bonjour, resolved, killed] = await Promise.all([
      avahiOn(hosts.avahi, { mds: [{ instance: 'by-avahi' }], subtypes: true }),
      pythonZeroconfOn(hosts.python, [{ instance: 'mds1', cluster: 'by-python', port: 2511 }]),
      bonjourServiceOn(hosts.bonjour, [{ instance: 'mds of bonjour', cluster: 'by-bonjour', port: 2512 }]),
      resolvedOn(hosts.resolved, [{ instance: 'mds of resolved', cluster: 'by-resolved', port: 2513 }]),
      pythonZeroconfOn(hosts.killed, [{ instance: 'killed', ttl }]),
      pythonZeroconfOn(hosts.cut, [{ instance: 'cut', ttl }]),
    ])
    await Promise.all([...clusters, ...Object.values(endpointTexts)].map((what) => querier.saw(`added ${what}`)))
    // A host who has received nothing yet, so that all of them have to answer.
    const other = await Querier.on(seeker)
    const report = await other.discover()
    expect(report.names.toSorted()).toEqual(clusters.toSorted())
    expect(report).toMatchObject({ outcome: 'found', warnings: [], attempts: [{ status: 'found', count: 6 }] })
    expect(report.names.toSorted()).toEqual(clusters.toSorted())
    const reports = await Promise.all(clusters.map((cluster) => other.resolve(cluster)))
    expect(reports.map((one) => one.endpointTexts)).toEqual(Object.values(endpointTexts).map((one) => [one]))
    expect(reports.flatMap(({ warnings }) => warnings)).toEqual([])
    // What is watched is answered by what is known.
    for (const cluster of clusters) expect(await querier.first(cluster)).toBeLessThan(50)

    const removedAfter = async (cluster: keyof typeof endpointTexts, end: () => Promise<void>): Promise<number> => {
      const removed = Promise.all([querier.saw(`removed ${endpointTexts[cluster]}`), querier.saw(`removed ${cluster}`)])
      await end()
      return Math.max(...(await removed))
    }
    const [byAvahi, byPython, byBonjour, whenKilled, whenCut] = await Promise.all([
      removedAfter('by-avahi', () => avahi.stop()),
      removedAfter('by-python', () => python.stop()),
      removedAfter('by-bonjour', () => bonjour.stop()),
      removedAfter('killed', () => killed.kill()),
      removedAfter('cut', () => hosts.cut.cut()),
    ])
    for (const time of [byAvahi, byPython, byBonjour]) expect(time).toBeLessThan(2_000)
    for (const time of [whenKilled, whenCut]) expect(time).toBeLessThan(ttl * 1_000 + 500)
    expect(querier.seen).not.toContain(`removed ${endpointTexts['by-resolved']}`)
    await resolved.stop()
  })
})
