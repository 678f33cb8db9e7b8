// Resolves each cluster that it is given through the stub of systemd-resolved, and writes the report as JSON.
import { resolveCluster } from '@pstorage/discovery-core'
import { dnsResolver } from '@pstorage/discovery-dns'

const [domain, ...clusters] = process.argv.slice(2)
const resolver = dnsResolver({ servers: ['127.0.0.53'], domains: [domain] })
const reports = await Promise.all(clusters.map((cluster) => resolveCluster(resolver, cluster)))
await resolver[Symbol.asyncDispose]()
process.stdout.write(JSON.stringify(reports))
