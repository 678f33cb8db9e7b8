/**
 * Method by which a backend asked. Other backends may name methods of their own.
 *
 * - `dns-txt`, `dns-axfr`, `dns-srv`: DNS TXT records, a zone transfer, SRV records
 * - `mdns`: multicast DNS
 * - `bs-list`, `command-line`: a bootstrap list, or an address given by hand
 */
export type Method = 'dns-txt' | 'dns-axfr' | 'dns-srv' | 'mdns' | 'bs-list' | 'command-line' | (string & {})

/** Origin of a result. Every result has at least one. */
export interface Source {
  /** The resolver that found it: `dns`, `zeroconf`, `bootstrap`, ... */
  readonly backend: string
  /** The method. */
  readonly method: Method
  /** The origin of the answer: the DNS name and server, the interface and sender, the file and line. */
  readonly origin: string
  /** Time to live that the source gives, in seconds; `null` when it gives none. */
  readonly ttl: number | null
  /** True if the source was proven to be who it claims: verified TLS, TSIG, or the AD bit under trust-ad. */
  readonly authenticated: boolean
}

/** Returns whether two sources are the same, so that a report lists them once. */
export function sameSource(a: Source, b: Source): boolean {
  return a.backend === b.backend && a.method === b.method && a.origin === b.origin
}
