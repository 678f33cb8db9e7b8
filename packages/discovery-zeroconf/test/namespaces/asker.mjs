// Asks on the host that it runs on, as the lines of its input say, and writes what comes of it, a line of JSON each.
import { createInterface } from 'node:readline'
import { discoverClusters, formatEndpoint, parseClusterName, resolveCluster } from '@pstorage/discovery-core'
import { zeroconfResolver } from '@pstorage/discovery-zeroconf'

const resolver = zeroconfResolver(JSON.parse(process.argv[2] ?? '{}'))
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

// How long one turn of the event loop kept it busy. Where other processes had the processor, that is not the lag of this one.
let mostLag = 0
let turn = { at: performance.now(), used: process.cpuUsage() }
setInterval(() => {
  const { user, system } = process.cpuUsage(turn.used)
  mostLag = Math.max(mostLag, Math.min(performance.now() - turn.at, (user + system) / 1_000))
  turn = { at: performance.now(), used: process.cpuUsage() }
}, 5)

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
      const measured = mostLag
      globalThis.gc?.()
      const heapMegabytes = process.memoryUsage().heapUsed / 2 ** 20
      setTimeout(() => {
        mostLag = 0
      }, 20)
      return { mostLag: measured, heapMegabytes }
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
