import { bootstrapResolver } from '@pstorage/discovery-bootstrap'
import {
  cached,
  discoverClusters,
  firstOf,
  mergeOf,
  resolveCluster,
  seededRandom,
  watch,
} from '@pstorage/discovery-core'
import { dnsResolver } from '@pstorage/discovery-dns'
import { zeroconfResolver } from '@pstorage/discovery-zeroconf'

/** All that is put to the test. A mutant of it has the same parts. */
export interface Product {
  readonly bootstrapResolver: typeof bootstrapResolver
  readonly cached: typeof cached
  readonly discoverClusters: typeof discoverClusters
  readonly dnsResolver: typeof dnsResolver
  readonly firstOf: typeof firstOf
  readonly mergeOf: typeof mergeOf
  readonly resolveCluster: typeof resolveCluster
  readonly seededRandom: typeof seededRandom
  readonly watch: typeof watch
  readonly zeroconfResolver: typeof zeroconfResolver
}

export const product: Product = {
  bootstrapResolver,
  cached,
  discoverClusters,
  dnsResolver,
  firstOf,
  mergeOf,
  resolveCluster,
  seededRandom,
  watch,
  zeroconfResolver,
}
