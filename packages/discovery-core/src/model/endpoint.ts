import { DiscoveryError } from '../runtime/discovery-error.js'
import { isPort } from '../runtime/option-checks.js'
import { quoteText } from '../runtime/text.js'
import { canonicalAddress } from './ip-address.js'

/** The port that a metadata server (MDS) listens on unless something says otherwise. */
export const DEFAULT_MDS_PORT = 2510

/** Address of one metadata server. Values that a source does not know are `null`. */
export interface Endpoint {
  /** A canonical IP address; a link-local one carries its zone (`fe80::1%eth0`). Never a host name. */
  readonly address: string
  /** 1 to 65535. */
  readonly port: number
  /** The host name that the address came from, without a trailing dot. */
  readonly host: string | null
  /** SRV priority, 0 to 65535: lower ones are tried first (RFC 2782). */
  readonly priority: number | null
  /** SRV weight, 0 to 65535: the share among equal priorities (RFC 2782). */
  readonly weight: number | null
  /** Time to live, in seconds. */
  readonly ttl: number | null
}

/** Options of {@link parseEndpoint}. */
export interface ParseEndpointOptions {
  /** The port of an address written without one; default {@link DEFAULT_MDS_PORT}. `null`: a port must be written. */
  readonly defaultPort?: number | null
}

/**
 * Reads `IP`, `IP:PORT`, `[IPv6]` or `[IPv6]:PORT`, as `-b` and bs.list have them.
 *
 * IPv6 must be in brackets: `::1:2510` does not show where the port begins.
 *
 * @throws DiscoveryError `ERR_ENDPOINT_INVALID`; the message says what is wrong and what to write.
 * @see pstorage-discovery(7), Discovery via bootstrap lists
 */
export function parseEndpoint(text: string, options: ParseEndpointOptions = {}): Endpoint {
  const { defaultPort = DEFAULT_MDS_PORT } = options
  if (typeof text !== 'string') throw invalid(String(text), 'it is not a string')
  const parts = text.startsWith('[') ? splitBracketed(text) : splitPlain(text)
  const address = canonicalAddress(parts.address)
  if (address === undefined) throw invalid(text, addressFault(parts.address))
  const port = parts.port === undefined ? defaultPort : parsePort(text, parts.port)
  if (port === null)
    throw invalid(text, `the port is missing; write ${quoteText(`${parts.written}:${DEFAULT_MDS_PORT}`)}`)
  return { address, port, host: null, priority: null, weight: null, ttl: null }
}

/** Writes `address:port`, with IPv6 in brackets and a zone inside them: `[fe80::1%eth0]:2510`. */
export function formatEndpoint({ address, port }: Pick<Endpoint, 'address' | 'port'>): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

interface EndpointParts {
  readonly address: string
  readonly port: string | undefined
  /** The address as it has to be written before a port. */
  readonly written: string
}

function splitBracketed(text: string): EndpointParts {
  const close = text.indexOf(']')
  const address = text.slice(1, close)
  const rest = text.slice(close + 1)
  if (close < 0) throw invalid(text, 'the closing "]" is missing')
  if (!address.includes(':')) throw invalid(text, 'only IPv6 addresses stand in brackets')
  if (rest !== '' && !rest.startsWith(':')) throw invalid(text, 'only ":PORT" may follow the "]"')
  return { address, port: rest === '' ? undefined : rest.slice(1), written: `[${address}]` }
}

function splitPlain(text: string): EndpointParts {
  const colon = text.indexOf(':')
  if (colon < 0) return { address: text, port: undefined, written: text }
  if (text.indexOf(':', colon + 1) >= 0) {
    throw invalid(text, 'an IPv6 address must be in brackets, as in "[2001:db8::1]:2510"')
  }
  return { address: text.slice(0, colon), port: text.slice(colon + 1), written: text.slice(0, colon) }
}

function parsePort(text: string, written: string): number {
  const port = readPort(written)
  if (port === undefined) throw invalid(text, `the port is not a number from 1 to 65535: ${quoteText(written)}`)
  return port
}

/** Reads the number of a port, in decimal digits without a leading zero; `undefined` where a text is none. */
export function readPort(text: string): number | undefined {
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : 0
  return isPort(port) ? port : undefined
}

function addressFault(address: string): string {
  if (address === '') return 'the address is missing'
  // The last label of a host name begins with a letter; that of a mistyped address with a digit.
  const looksLikeHost = /^(?:[A-Za-z0-9_-]+\.)*[A-Za-z][A-Za-z0-9_-]*\.?$/.test(address)
  return looksLikeHost ? 'it is a host name, and an IP address is needed' : 'it is not an IP address'
}

function invalid(text: string, reason: string): DiscoveryError {
  return new DiscoveryError('ERR_ENDPOINT_INVALID', `invalid endpoint ${quoteText(text, { maxLength: 80 })}: ${reason}`)
}
