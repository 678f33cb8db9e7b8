// Runs the queries in the lines of its input on its host, and writes each result as a line of JSON.
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

/** Keeps the event loop busy for so many milliseconds. */
function keepBusy(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

async function answer({ ask, cluster, busy }) {
  const startedAt = performance.now()
  // Once the question has gone out, and before anybody may answer it.
  if (busy !== undefined) setTimeout(keepBusy, 60, busy)
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
      return { ...report, endpointTexts: report.endpoints.map(formatEndpoint), elapsed: performance.now() - startedAt }
    }
    case 'first':
      return { elapsed: await firstEndpoint(cluster) }
    case 'load':
      return processLoad()
    default:
      throw new Error(`nothing is known of ${ask}`)
  }
}

async function follow(cluster) {
  const wanted = cluster === undefined ? undefined : parseClusterName(cluster)
  for await (const _ of resolver.changes(wanted)) say({ changed: cluster ?? null })
}

async function observe(cluster) {
  for await (const { type, outcome, ...event } of watch(resolver, cluster)) {
    const isChange = type === 'added' || type === 'updated' || type === 'removed'
    const items = isChange ? [event] : (event.endpoints ?? event.clusters)
    say({ seen: { type, outcome, items: items.map((item) => item.name ?? formatEndpoint(item)).sort() } })
  }
}

createInterface(process.stdin).on('line', async (line) => {
  const question = JSON.parse(line)
  if (question.ask === 'changes') return follow(question.cluster)
  if (question.ask === 'watch') return observe(question.cluster)
  say({ id: question.id, answer: await answer(question) })
})
process.stdin.on('end', () => process.exit())
say({ ready: true })
