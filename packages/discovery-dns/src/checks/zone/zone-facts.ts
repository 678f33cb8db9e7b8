import type { ClusterName } from '@pstorage/discovery-core'
import type { Name, RecordData } from '@pstorage/dns-message'

/** The types of the records that checks read. */
export type CheckedType = 'TXT' | 'SRV' | 'A' | 'AAAA'

/** One record of a zone that is known whole. */
export interface WrittenRecord {
  readonly name: Name
  readonly ttl: number
  readonly data: RecordData
}

/** The records of one name and type, as far as they are known. */
export type RecordSet<Kind extends RecordData['kind']> =
  | {
      readonly kind: 'found'
      readonly data: readonly Extract<RecordData, { kind: Kind }>[]
      /** Seconds, the least of the set; `undefined` when it comes from a cache, which counts down. */
      readonly ttl: number | undefined
      /** True when the name is an alias of the owner. */
      readonly isAlias: boolean
      /** The owner, after aliases. */
      readonly owner: Name
    }
  /** A denial; `why` is `NXDOMAIN` or `NODATA`. */
  | { readonly kind: 'none'; readonly why: string }
  /** No usable answer; `isFiltered` when a server reports that it withholds one, or has none of its own (RFC 8914). */
  | { readonly kind: 'unknown'; readonly why: string; readonly isFiltered?: boolean }

/** A cluster that TXT or SRV records name. */
export interface ClusterFacts {
  readonly name: ClusterName
  /** True when TXT lists it. */
  readonly listed: boolean
  /** The owner of its SRV records. */
  readonly owner: Name
  readonly srv: RecordSet<'SRV'>
}

/** The addresses of the target of an SRV record. */
export interface HostFacts {
  readonly host: Name
  readonly addresses: RecordSet<'A' | 'AAAA'>
}

/** A wildcard, which answers for names that are not in the zone. */
export interface WildcardFacts {
  /** The name of the wildcard, with `*` in front; or an invented name that was answered, where it is not known. */
  readonly owner: Name
  readonly type: 'TXT' | 'SRV'
  readonly records: RecordSet<'TXT' | 'SRV'>
}

/** The records that the checks of a zone read, from servers, a transfer or a file. */
export interface ZoneFacts {
  /** The search domain. */
  readonly domain: Name
  /** The zone that holds it; `undefined` when it is not known. */
  readonly apex: Name | undefined
  /** The source, for a person: the servers, or a file. */
  readonly origin: string
  /** The labels in front of a cluster name. */
  readonly service: Name
  /** The owner of the TXT records. */
  readonly listOwner: Name
  readonly list: RecordSet<'TXT'>
  /** True when all SRV records of the domain are known, not only those of clusters that were queried. */
  readonly isWhole: boolean
  readonly clusters: readonly ClusterFacts[]
  /** By `nameKey`. */
  readonly hosts: ReadonlyMap<string, HostFacts>
  readonly wildcards: readonly WildcardFacts[]
  /** The number of clusters that were left out, as there are too many. */
  readonly clustersLeftOut: number
  /** The only cluster to check; `undefined`: all. */
  readonly wanted: ClusterName | undefined
}
