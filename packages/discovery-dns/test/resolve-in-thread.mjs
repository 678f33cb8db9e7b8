// Resolves a cluster some times in a thread of its own, and posts each outcome.
import { parentPort, workerData } from 'node:worker_threads'
import { resolveCluster } from '@pstorage/discovery-core'
import { dnsResolver } from '@pstorage/discovery-dns'

const { domain, server, times } = workerData
const resolver = dnsResolver({ servers: [server], domains: [domain] })
for (let done = 0; done < times; done += 1) {
  const { outcome } = await resolveCluster(resolver, 'alpha')
  parentPort.postMessage(outcome)
}
await resolver[Symbol.asyncDispose]()
