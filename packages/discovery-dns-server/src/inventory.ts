/** One metadata server of a cluster. */
export interface MdsEntry {
  /**
   * Name of its host, relative to the origin unless it ends in a dot. Default: `mds1.<cluster>`, `mds2.<cluster>`, ...
   * by place in the list. Several entries may share a host. `'.'` publishes "no service here" (RFC 2782).
   */
  readonly host?: string | undefined
  /** Its IP address: IPv4 becomes an A record, IPv6 an AAAA record. */
  readonly address?: string | undefined
  /**
   * Further addresses. An entry without any address needs a `host`: it then gets an SRV record, and the addresses
   * are left to whoever knows that host.
   */
  readonly addresses?: readonly string[] | undefined
  /** Port, 1 to 65535; default 2510. */
  readonly port?: number | undefined
  /** SRV priority, 0 to 65535, lower first; default 0. */
  readonly priority?: number | undefined
  /** SRV weight, 0 to 65535; default 1. */
  readonly weight?: number | undefined
}

/** One storage cluster. */
export interface ClusterEntry {
  /** Cluster name: letters, digits, minus and underscore, 1 to 63 characters, unique without case. */
  readonly name: string
  /** Its metadata servers; an empty list publishes the name alone. */
  readonly mds: readonly MdsEntry[]
  /**
   * TTL of its SRV and address records, in seconds; default: that of the inventory. Records that several clusters
   * share (the list of names, the addresses of a host) take the lowest.
   */
  readonly ttl?: number | undefined
}
