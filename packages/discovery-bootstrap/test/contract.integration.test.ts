import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatEndpoint } from '@pstorage/discovery-core'
import { describeResolverContract, type Fixture } from '@pstorage/discovery-core/contract'
import { type ClustersDirectory, clustersDirectory } from '@pstorage/testbed'
import { describe, it } from 'vitest'
import { bootstrapResolver } from '../src/index.js'

function fixtureOn(directory: ClustersDirectory, path: string = directory.path): Fixture {
  const resolver = bootstrapResolver({ directories: [path] })
  return {
    resolver,
    async [Symbol.asyncDispose]() {
      await resolver[Symbol.asyncDispose]()
      await directory[Symbol.asyncDispose]()
    },
  }
}

describeResolverContract(
  { describe, it },
  {
    name: 'bootstrap',
    supports: { absence: true, emptyClusters: true },
    async create({ clusters }) {
      const directory = await clustersDirectory()
      for (const { name, endpoints } of clusters) await directory.write(name, endpoints.map(formatEndpoint).join('\n'))
      return fixtureOn(directory)
    },
    faults: {
      async unreachable() {
        const directory = await clustersDirectory()
        const file = join(directory.path, 'file')
        await writeFile(file, '')
        return fixtureOn(directory, join(file, 'clusters'))
      },
      async malformed() {
        const rubbish = Uint8Array.from({ length: 4096 }, (_, index) => (index * 167 + 13) % 256)
        return fixtureOn(await clustersDirectory({ alpha: rubbish }))
      },
    },
  },
)
