import type { DnsQuery } from './dns-query.js'
import type { HostileQuery } from './hostile-script.js'

/** Options of the UDP and the TCP half of a hostile server. */
export interface HostilePartOptions {
  readonly address: string
  readonly port: number
  /** Returns the answer to a query that the script does not get. */
  besides(query: DnsQuery): Buffer | undefined
  /** Aborts when the server is stopped. */
  readonly signal: AbortSignal
  received(query: HostileQuery): void
  connected(connection: number): void
  disconnected(connection: number): void
  /** The script, or the socket of the server itself, has failed. */
  failed(error: unknown): void
}

/** One half of a hostile server, listening. */
export interface HostilePart {
  close(): Promise<void>
}
