import assert from 'node:assert/strict'
import { type ClusterName, parseClusterName } from '../../model/cluster-name.js'
import { formatEndpoint } from '../../model/endpoint.js'
import { resolveCluster } from '../../query/request-report.js'
import type { Resolver } from '../../query/resolver.js'
import type { ResolveReport } from '../../report/report.js'
import type { WorldCluster } from '../harness.js'
import { type Law, simpleWorld } from '../law.js'
import { allEvents, codeOf, discovered, inTime, rejectionOf, resolved } from '../observe.js'

const badNames = ['', '.', '..', '../../etc', 'a.b', 'a/b', 'a b', 'x'.repeat(64), 'esc\u001b[31m', 'nul\u0000']

/** Laws of `resolve`. */
export const resolveLaws: readonly Law[] = [
  {
    id: 'R-10',
    title: 'resolve reports exactly the endpoints of that cluster, each once',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      for (const cluster of simpleWorld.clusters) {
        await finds(fixture.resolver, cluster.name, cluster)
        const said = new Set<string>()
        for (const event of await allEvents(fixture.resolver.resolve(parseClusterName(cluster.name)))) {
          if (event.type !== 'endpoint') continue
          const words = JSON.stringify([formatEndpoint(event), event.source])
          assert.ok(!said.has(words), `said twice by the same source: ${words}`)
          said.add(words)
        }
      }
    },
  },
  {
    id: 'R-11',
    title: 'names are compared without case',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      for (const cluster of simpleWorld.clusters) {
        await finds(fixture.resolver, cluster.name.toUpperCase(), cluster)
        await finds(fixture.resolver, cluster.name.toLowerCase(), cluster)
      }
    },
  },
  {
    id: 'R-12',
    title: 'an unknown cluster is absent, or undetermined where no source can deny; never found or known',
    async run({ publish, supports }) {
      await using fixture = await publish(simpleWorld)
      const report = await inTime(resolved(fixture.resolver, 'nosuch'), 'resolve')
      assert.deepEqual(report.endpoints, [])
      assert.equal(report.outcome, supports.absence ? 'absent' : 'undetermined')
    },
  },
  {
    id: 'R-13',
    title: 'an invalid name is refused before anything is asked',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      for (const name of badNames) {
        // What JavaScript callers can do in spite of the type.
        const stream = fixture.resolver.resolve(name as ClusterName)[Symbol.asyncIterator]()
        assert.equal(codeOf(await rejectionOf(stream.next())), 'ERR_CLUSTER_NAME_INVALID', JSON.stringify(name))
      }
    },
  },
  {
    id: 'R-14',
    title: 'a report is fresh and frozen',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      const one = await inTime(resolveCluster(fixture.resolver, 'alpha'), 'resolve')
      const other = await inTime(resolveCluster(fixture.resolver, 'alpha'), 'resolve')
      assert.notEqual(one.endpoints, other.endpoints)
      assert.ok(Object.isFrozen(one) && Object.isFrozen(one.endpoints) && Object.isFrozen(one.attempts))
    },
  },
  {
    id: 'R-15',
    title: 'whatever discover yields, resolve finds',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      const { clusters } = await inTime(discovered(fixture.resolver), 'discover')
      assert.equal(clusters.length, 2)
      for (const { name } of clusters) {
        const report = await inTime(resolved(fixture.resolver, name), 'resolve')
        assert.equal(report.outcome, 'found', name)
      }
    },
  },
  {
    id: 'R-16',
    title: 'IPv6 endpoints survive the round trip, in canonical form',
    async run({ publish }) {
      const cluster = { name: 'six', endpoints: [{ address: '2001:db8::1:0:0:1', port: 2510 }] }
      await using fixture = await publish({ clusters: [cluster] })
      await finds(fixture.resolver, 'six', cluster)
    },
  },
  {
    id: 'R-17',
    title: 'a cluster without endpoints is known, where the source can say so; never absent',
    async run({ publish, supports }) {
      await using fixture = await publish({ clusters: [...simpleWorld.clusters, { name: 'hollow', endpoints: [] }] })
      const report = await inTime(resolved(fixture.resolver, 'hollow'), 'resolve')
      assert.deepEqual(report.endpoints, [])
      if (supports.emptyClusters) assert.equal(report.outcome, 'known')
      else assert.notEqual(report.outcome, 'found')
    },
  },
  {
    id: 'R-50',
    title: 'names and ports of maximum size work',
    async run({ publish }) {
      const endpoints = [
        { address: '192.0.2.1', port: 1 },
        { address: '192.0.2.1', port: 65_535 },
      ]
      const cluster = { name: 'n'.repeat(63), endpoints }
      await using fixture = await publish({ clusters: [cluster] })
      await finds(fixture.resolver, cluster.name, cluster)
    },
  },
  {
    id: 'R-51',
    title: 'a cluster of a hundred endpoints, some published twice, is whole and has each once',
    async run({ publish }) {
      const endpoints = Array.from({ length: 100 }, (_, index) => ({ address: `192.0.2.${index + 1}`, port: 2510 }))
      await using fixture = await publish({
        clusters: [{ name: 'large', endpoints: [...endpoints, ...endpoints.slice(0, 10)] }],
      })
      await finds(fixture.resolver, 'large', { name: 'large', endpoints })
    },
  },
]

async function finds(resolver: Resolver, name: string, expected: WorldCluster): Promise<ResolveReport> {
  const report = await inTime(resolved(resolver, parseClusterName(name)), 'resolve')
  assert.deepEqual(report.endpoints.map(formatEndpoint).toSorted(), expected.endpoints.map(formatEndpoint).toSorted())
  assert.equal(report.outcome, 'found')
  return report
}
