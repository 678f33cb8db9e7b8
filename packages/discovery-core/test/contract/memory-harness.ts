import {
  type ClusterName,
  clusterNameFault,
  createResolver,
  type DiscoverEvent,
  memoryResolver,
  type QueryContext,
  type ResolveEvent,
  type Resolver,
} from '@pstorage/discovery-core'
import type { ContractHarness, Fixture, World } from '@pstorage/discovery-core/contract'

/** The memory resolver under the contract; `distort` may break it on purpose. */
export function memoryHarness(distort: (resolver: Resolver) => Resolver = (resolver) => resolver): ContractHarness {
  const fixture = (resolver: Resolver): Fixture => {
    const distorted = distort(resolver)
    return { resolver: distorted, [Symbol.asyncDispose]: async () => distorted[Symbol.asyncDispose]() }
  }
  return {
    name: 'memory',
    supports: { absence: true, emptyClusters: true },
    // Memory answers at once, and lets go at once.
    patience: { answer: 20, release: 100 },
    create: async (world) => fixture(memoryOf(world)),
    faults: {
      silent: async () => fixture(brokenResolver('timeout')),
      unreachable: async () => fixture(brokenResolver('unreachable')),
      malformed: async () => fixture(brokenResolver('malformed')),
    },
  }
}

function memoryOf({ clusters }: World): Resolver {
  const valid = clusters.filter(({ name }) => clusterNameFault(name) === undefined)
  const text = ({ address, port }: { address: string; port: number }) =>
    address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  return memoryResolver({
    clusters: Object.fromEntries(valid.map(({ name, endpoints }) => [name, endpoints.map(text)])),
  })
}

function brokenResolver(how: 'timeout' | 'unreachable' | 'malformed'): Resolver {
  const answer = async ({
    startAttempt,
    signal,
  }: QueryContext<DiscoverEvent> | QueryContext<ResolveEvent>): Promise<void> => {
    const asked = startAttempt({ method: 'memory', target: 'broken' })
    if (how === 'timeout') return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
    asked.finish(how, { error: { code: how.toUpperCase(), message: 'broken on purpose' } })
  }
  return createResolver({
    name: 'memory',
    discover: answer,
    resolve: (_: ClusterName, question) => answer(question),
  })
}
