import { avahiOn, bonjourServiceOn, networkNamespaces, pythonZeroconfOn } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { Asker, buildForHosts } from './asker.js'

beforeAll(buildForHosts)

const lan = { link: 'lan' }

describe('on a bridge with Avahi, python-zeroconf and bonjour-service', () => {
  it('discovers, resolves, and sees who leaves and who dies', async () => {
    await using network = await networkNamespaces({
      seeker: [lan],
      avahi: [lan],
      python: [lan],
      mortal: [lan],
      bonjour: [lan],
    })
    const { seeker, ...hosts } = network.hosts
    const [avahi, python, mortal, bonjour] = await Promise.all([
      avahiOn(hosts.avahi, { mds: [{ instance: 'by-avahi' }], subtypes: true }),
      pythonZeroconfOn(hosts.python, [{ instance: 'mds1', cluster: 'by-python', port: 2511 }]),
      pythonZeroconfOn(hosts.mortal, [{ instance: 'mortal', ttl: 6 }]),
      bonjourServiceOn(hosts.bonjour, [{ instance: 'mds of bonjour', cluster: 'by-bonjour', port: 2512 }]),
    ])
    const asker = await Asker.on(seeker)
    const places = {
      'by-avahi': `${hosts.avahi.address()}:2510`,
      'by-python': `${hosts.python.address()}:2511`,
      mortal: `${hosts.mortal.address()}:2510`,
      'by-bonjour': `${hosts.bonjour.address()}:2512`,
    }

    const report = await asker.discover()
    expect(report).toMatchObject({ outcome: 'found', warnings: [], attempts: [{ status: 'found', count: 4 }] })
    expect(report.names.toSorted()).toEqual(Object.keys(places).toSorted())
    const resolved = await Promise.all(Object.keys(places).map((cluster) => asker.resolve(cluster)))
    expect(resolved.map((one) => one.places)).toEqual(Object.values(places).map((place) => [place]))
    expect(resolved.flatMap(({ warnings }) => warnings)).toEqual([])

    const watchers = await Promise.all(
      Object.entries(places).map(async ([cluster, place]) => {
        const watcher = await Asker.on(seeker)
        watcher.watch(cluster)
        await watcher.changed(1)
        await watcher.untilPlaces(cluster, [place])
        // From then on it is answered by what it knows.
        expect(await watcher.first(cluster)).toBeLessThan(50)
        return [cluster, watcher] as const
      }),
    )
    const ended = async (cluster: string, end: () => Promise<void>): Promise<number> => {
      const watcher = new Map<string, Asker>(watchers).get(cluster)
      if (watcher === undefined) throw new Error(`nobody watches ${cluster}`)
      const seen = watcher.changes
      const endedAt = performance.now()
      await end()
      await watcher.changed(seen + 1)
      const noticedAfter = performance.now() - endedAt
      await watcher.untilPlaces(cluster, [])
      return noticedAfter
    }
    const times = await Promise.all([
      ended('by-avahi', () => avahi.stop()),
      ended('by-python', () => python.stop()),
      ended('by-bonjour', () => bonjour.stop()),
      ended('mortal', () => mortal.kill()),
    ])
    for (const time of times.slice(0, 3)) expect(time).toBeLessThan(2_500)
    expect(times[3]).toBeLessThan(6_500)
  })
})
