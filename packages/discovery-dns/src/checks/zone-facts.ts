import type { ClusterName } from '@pstorage/discovery-core'
import type { Name, RecordData } from '@pstorage/dns-message'

/** What is known about the records of one name and type. */
export type RecordSet<Kind extends RecordData['kind']> =
  | {
      readonly kind: 'found'
      readonly data: readonly Extract<RecordData, { kind: Kind }>[]
      /** Seconds, the least of the set; `undefined` where only a cache has told it, which counts down. */
      readonly ttl: number | undefined
      /** Whether an alias led here. */
      readonly isAlias: boolean
      /** The owner, behind aliases. */
      readonly owner: Name
    }
  /** Somebody said that there are none; `why` is `NXDOMAIN` or `NODATA`. */
  | { readonly kind: 'none'; readonly why: string }
  /** Nobody could tell. */
  | { readonly kind: 'unknown'; readonly why: string }

/** A cluster that TXT or SRV records name. */
export interface ClusterFacts {
  readonly name: ClusterName
  /** Whether TXT lists it. */
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

/** A wildcard that stands in for names that nobody has written. */
export interface WildcardFacts {
  /** As it is written, `*` in front; or a name that was made up and was answered, where it is not known. */
  readonly owner: Name
  readonly type: 'TXT' | 'SRV'
  readonly records: RecordSet<'TXT' | 'SRV'>
}

/** Everything that checks of a zone look at, wherever it was read. */
export interface ZoneFacts {
  /** The domain that clusters are looked for in. */
  readonly domain: Name
  /** The zone that holds it; `undefined` where nobody has told. */
  readonly apex: Name | undefined
  /** Who has told, for a person: the servers, or a file. */
  readonly origin: string
  /** The labels in front of a cluster name. */
  readonly service: Name
  /** The owner of the TXT records. */
  readonly listOwner: Name
  readonly list: RecordSet<'TXT'>
  /** Whether all SRV records of the domain are known, not only those of clusters that were asked for. */
  readonly isWhole: boolean
  readonly clusters: readonly ClusterFacts[]
  /** By {@link hostKey}. */
  readonly hosts: ReadonlyMap<string, HostFacts>
  readonly wildcards: readonly WildcardFacts[]
  /** How many clusters were left out, as there are too many. */
  readonly clustersLeftOut: number
  /** The cluster that the reader is interested in. */
  readonly wanted: ClusterName | undefined
}
