/**
 * How a backend asked. Backends of others may name their own methods.
 *
 * - `dns-txt`, `dns-axfr`, `dns-srv`: DNS TXT records, a zone transfer, SRV records
 * - `mdns`: multicast DNS
 * - `bs-list`, `command-line`: a bootstrap list, or an address given by hand
 */
export type Method = 'dns-txt' | 'dns-axfr' | 'dns-srv' | 'mdns' | 'bs-list' | 'command-line' | (string & {})

/** Who said a result. Every result has at least one. */
export interface Source {
  /** The resolver that found it: `dns`, `zeroconf`, `bootstrap`, ... */
  readonly backend: string
  /** How it asked. */
  readonly method: Method
  /** Where the answer came from: the DNS name and server, the interface and sender, the file and line. */
  readonly origin: string
  /** How long the source says that this may be kept, in seconds; `null` when it does not say. */
  readonly ttl: number | null
  /** Whether the source was proven to be who it claims: verified TLS, TSIG, or the AD bit under trust-ad. */
  readonly authenticated: boolean
}

/** Whether two sources are the same voice, so that a report lists it once. */
export function sameSource(a: Source, b: Source): boolean {
  return a.backend === b.backend && a.method === b.method && a.origin === b.origin
}
