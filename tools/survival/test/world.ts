import type { ClusterEntry } from '@pstorage/discovery-dns-server'

/** The domain of all clusters here. */
export const domain = 'pstorage.test'

/** The true state, to which reports are compared. */
export const truth = {
  /** Exists, with these addresses. */
  'my-cluster': { outcome: 'found', addresses: ['192.0.2.1:2510', '192.0.2.2:2511', '192.0.2.3:2510'] },
  /** Exists, and nobody has an address for it. */
  'no-address': { outcome: 'known', addresses: [] },
  /** Does not exist. */
  nosuch: { outcome: 'absent', addresses: [] },
} as const

/** A cluster of {@link truth}. */
export type WorldCluster = keyof typeof truth

/** The same, for a name server. */
export const entries: readonly ClusterEntry[] = [
  {
    name: 'my-cluster',
    mds: [{ address: '192.0.2.1' }, { address: '192.0.2.2', port: 2511 }, { address: '192.0.2.3' }],
  },
  { name: 'no-address', mds: [] },
]
