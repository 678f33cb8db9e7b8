import {
  cached,
  clusterNameFault,
  discoverClusters,
  firstOf,
  memoryResolver,
  mergeOf,
  type Resolver,
  resolveCluster,
} from '@pstorage/discovery-core'
import { type ContractHarness, describeResolverContract } from '@pstorage/discovery-core/contract'
import { describe, it } from 'vitest'
import { memoryHarness } from './memory-harness.js'

const empty = (): Resolver => memoryResolver({ clusters: {}, name: 'empty' })

/** Each with the resolver under test somewhere inside. */
const compositions: Readonly<Record<string, (inner: Resolver) => Resolver>> = {
  'cached(memory)': (inner) => cached(inner),
  'cached(cached(memory))': (inner) => cached(cached(inner)),
  'firstOf([cached(memory), empty])': (inner) => firstOf([cached(inner), empty()]),
  'cached(firstOf([empty, mergeOf([memory, empty])]))': (inner) =>
    cached(firstOf([empty(), mergeOf([inner, empty()])])),
  'mergeOf([firstOf([empty, memory]), cached(empty)])': (inner) =>
    mergeOf([firstOf([empty(), inner]), cached(empty())]),
  'firstOf of two levels': (inner) => firstOf([empty(), firstOf([inner, empty()])]),
  'firstOf of three levels': (inner) => firstOf([firstOf([empty(), firstOf([empty(), inner])]), empty()]),
  'mergeOf of two levels': (inner) => mergeOf([empty(), mergeOf([inner, empty()])]),
  'mergeOf of three levels': (inner) => mergeOf([mergeOf([empty(), mergeOf([empty(), inner])]), empty()]),
}

for (const [name, compose] of Object.entries(compositions)) {
  describeResolverContract({ describe, it }, { ...memoryHarness(compose), name })
}

/** Asks for everything once, so that the laws see answers that are given again. */
function askedBefore(harness: ContractHarness): ContractHarness {
  return {
    ...harness,
    async create(world) {
      const fixture = await harness.create(world)
      await discoverClusters(fixture.resolver)
      const names = world.clusters.map(({ name }) => name).filter((name) => clusterNameFault(name) === undefined)
      for (const name of [...names, 'nosuch']) await resolveCluster(fixture.resolver, name)
      return fixture
    },
  }
}

describeResolverContract(
  { describe, it },
  { ...askedBefore(memoryHarness((inner) => cached(inner))), name: 'cached(memory), asked before' },
)
