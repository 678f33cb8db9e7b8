// Resolves a cluster on the host that it runs on, and writes its endpoints.
import { formatEndpoint, resolveCluster } from '@pstorage/discovery-core'
import { zeroconfResolver } from '@pstorage/discovery-zeroconf'

const resolver = zeroconfResolver()
const { endpoints } = await resolveCluster(resolver, process.argv[2])
process.stdout.write(`found ${endpoints.map(formatEndpoint).sort().join(' ')}\n`)
await resolver.close()
