import { readPort } from './read-endpoint.js'

/** A host name in the place of an address. */
export interface ListHost {
  /** Without a trailing dot. */
  readonly host: string
  readonly port: number
}

// The last label begins with a letter: what begins with a digit there is a mistyped address.
const hostRule = /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/
const longestLabel = 63
const longestHost = 253

/** Reads `HOST` and `HOST:PORT`; `undefined` for anything else, without a port too when there is no default one (RFC 1123, section 2.1). */
export function readHost(text: string, defaultPort: number | null): ListHost | undefined {
  const colon = text.indexOf(':')
  const written = colon < 0 ? text : text.slice(0, colon)
  const host = written.endsWith('.') ? written.slice(0, -1) : written
  const port = colon < 0 ? defaultPort : readPort(text.slice(colon + 1))
  if (port === undefined || port === null || host.length > longestHost || !hostRule.test(host)) return undefined
  return host.split('.').every((label) => label.length <= longestLabel) ? { host, port } : undefined
}
