// Asks on the host that it runs on, as the lines of its input say, and writes what comes of it, a line of JSON each.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { discoverClusters, formatEndpoint, parseClusterName, resolveCluster } from '@pstorage/discovery-core'
import { zeroconfResolver } from '@pstorage/discovery-zeroconf'

const resolver = zeroconfResolver(JSON.parse(process.argv[2] ?? '{}'))
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)
const lag = monitorEventLoopDelay({ resolution: 5 })

async function firstEndpoint(cluster) {
  const startedAt = performance.now()
  for await (const event of resolver.resolve(parseClusterName(cluster))) {
    if (event.type === 'endpoint') return performance.now() - startedAt
  }
  return null
}

async function answer({ ask, cluster }) {
  const startedAt = performance.now()
  switch (ask) {
    case 'discover': {
      const { clusters, ...report } = await discoverClusters(resolver)
      return { ...report, clusters, names: clusters.map(({ name }) => name), elapsed: performance.now() - startedAt }
    }
    case 'resolve': {
      const report = await resolveCluster(resolver, cluster)
      return { ...report, places: report.endpoints.map(formatEndpoint), elapsed: performance.now() - startedAt }
    }
    case 'first':
      return { elapsed: await firstEndpoint(cluster) }
    case 'load': {
      const mostLag = lag.max / 1e6
      lag.reset()
      lag.enable()
      globalThis.gc?.()
      return { mostLag, heapMegabytes: process.memoryUsage().heapUsed / 2 ** 20 }
    }
    default:
      throw new Error(`nothing is known of ${ask}`)
  }
}

async function watch(cluster) {
  const wanted = cluster === undefined ? undefined : parseClusterName(cluster)
  for await (const _ of resolver.changes(wanted)) say({ changed: cluster ?? null })
}

createInterface(process.stdin).on('line', async (line) => {
  const question = JSON.parse(line)
  if (question.ask === 'watch') return watch(question.cluster)
  say({ id: question.id, answer: await answer(question) })
})
process.stdin.on('end', () => process.exit())
say({ ready: true })
