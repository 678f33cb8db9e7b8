/** One record of a zone. */
export interface ZoneRecord {
  /** Relative to the domain; `@` is the domain itself. */
  readonly owner: string
  readonly type: 'SOA' | 'NS' | 'A' | 'AAAA' | 'SRV' | 'TXT'
  /** In the presentation format; names in it are relative to the domain. */
  readonly data: string
}

/** A cluster to publish. */
export interface PublishedCluster {
  readonly name: string
  readonly endpoints: readonly PublishedEndpoint[]
}

/** An endpoint to publish; unknown values are `null`. */
export interface PublishedEndpoint {
  readonly address: string
  readonly port: number
  readonly host: string | null
  readonly priority: number | null
  readonly weight: number | null
}

/** Shorter than a full string (RFC 1035 section 3.3), which may look as if it were cut. */
const LONGEST_STRING = 254
/** Long enough that hundreds of names make few records: servers refuse sets of too many. */
const LONGEST_RECORD = 4_000
/** The room for them in a response of 65,535 octets. */
const LONGEST_SET = 60_000

/**
 * The TXT records that list cluster names: strings of at most 254 octets, each a comma-separated list of whole names.
 *
 * Returns `undefined` where they do not fit into one response: no server could answer with them.
 *
 * @see pstorage-discovery(7), Discover available Pstorage clusters via DNS TXT records
 */
export function txtRecords(names: readonly string[]): readonly ZoneRecord[] | undefined {
  const strings = packed(names, ',', LONGEST_STRING).map((string) => `"${string}"`)
  const records = packed(strings, ' ', LONGEST_RECORD)
  if (records.reduce((sum, { length }) => sum + length + 12, 0) > LONGEST_SET) return undefined
  return records.map((data) => ({ owner: 'pstorage_clusters', type: 'TXT', data }))
}

/** Joins neighbours up to a length. */
function packed(parts: readonly string[], separator: string, longest: number): readonly string[] {
  const packs: string[] = []
  for (const part of parts) {
    const last = packs.at(-1)
    if (last !== undefined && last.length + separator.length + part.length <= longest) {
      packs[packs.length - 1] = `${last}${separator}${part}`
    } else packs.push(part)
  }
  return packs
}
