/** One record of a zone. */
export interface ZoneRecord {
  /** Relative to the domain; `@` is the domain itself. */
  readonly owner: string
  readonly type: 'SOA' | 'NS' | 'A' | 'AAAA' | 'SRV' | 'TXT'
  /** In the presentation format; names in it are relative to the domain. */
  readonly data: string
}

/** What is to be published of one cluster. */
export interface PublishedCluster {
  readonly name: string
  readonly endpoints: readonly PublishedEndpoint[]
}

/** Where one metadata server of it listens; what is not known is `null`. */
export interface PublishedEndpoint {
  readonly address: string
  readonly port: number
  readonly host: string | null
  readonly priority: number | null
  readonly weight: number | null
}
