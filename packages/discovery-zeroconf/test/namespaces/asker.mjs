// Asks on the host that it runs on, as the lines of its input say, and writes what comes of it, a line of JSON each.
import { createInterface } from 'node:readline'
import { discoverClusters, formatEndpoint, parseClusterName, resolveCluster, watch } from '@pstorage/discovery-core'
import { zeroconfResolver } from '@pstorage/discovery-zeroconf'
import { processLoad } from './process-load.mjs'

const resolver = zeroconfResolver(JSON.parse(process.argv[2] ?? '{}'))
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

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
      const seen = new Set()
      let lastNewAt = null
      const onEvent = ({ type, name }) => {
        if (type !== 'cluster' || seen.has(name)) return
        seen.add(name)
        lastNewAt = performance.now() - startedAt
      }
      const { clusters, ...report } = await discoverClusters(resolver, { onEvent })
      return { ...report, clusters, names: clusters.map(({ name }) => name), lastNewAt }
    }
    case 'resolve': {
      const report = await resolveCluster(resolver, cluster)
      return { ...report, places: report.endpoints.map(formatEndpoint), elapsed: performance.now() - startedAt }
    }
    case 'first':
      return { elapsed: await firstEndpoint(cluster) }
    case 'load':
      return processLoad()
    default:
      throw new Error(`nothing is known of ${ask}`)
  }
}

async function hear(cluster) {
  const wanted = cluster === undefined ? undefined : parseClusterName(cluster)
  for await (const _ of resolver.changes(wanted)) say({ changed: cluster ?? null })
}

async function see(cluster) {
  for await (const { type, outcome, ...event } of watch(resolver, cluster)) {
    const items = event.endpoints ?? event.clusters ?? [event]
    say({ seen: { type, outcome, items: items.map((item) => item.name ?? formatEndpoint(item)).sort() } })
  }
}

createInterface(process.stdin).on('line', async (line) => {
  const question = JSON.parse(line)
  if (question.ask === 'changes') return hear(question.cluster)
  if (question.ask === 'watch') return see(question.cluster)
  say({ id: question.id, answer: await answer(question) })
})
process.stdin.on('end', () => process.exit())
say({ ready: true })
