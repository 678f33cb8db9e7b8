import { canonicalAddress, DiscoveryError, formatEndpoint, parseEndpoint, quoteText } from '@pstorage/discovery-core'

/** The port of DNS over UDP and TCP (RFC 1035 section 4.2). */
export const DNS_PORT = 53

/** A name server to ask. */
export interface NameServer {
  /** A canonical IP address, with its zone when it is link-local. */
  readonly address: string
  readonly port: number
  /** `address:port`, IPv6 in brackets: how reports name it. */
  readonly text: string
}

/**
 * Reads `IP`, `IP:PORT`, `[IPv6]:PORT`, or a bare IPv6 address as resolv.conf has it, which then is all address.
 *
 * @param defaultPort of one written without a port
 * @throws DiscoveryError `ERR_OPTION_INVALID`
 */
export function parseNameServer(text: string, defaultPort: number = DNS_PORT): NameServer {
  const bare = typeof text === 'string' ? canonicalAddress(text) : undefined
  if (bare !== undefined) return nameServer(bare, defaultPort)
  try {
    const { address, port } = parseEndpoint(text, { defaultPort })
    return nameServer(address, port)
  } catch (cause) {
    const message = `invalid name server ${quoteText(String(text))}: write IP, IP:PORT or [IPv6]:PORT`
    throw new DiscoveryError('ERR_OPTION_INVALID', message, { cause })
  }
}

function nameServer(address: string, port: number): NameServer {
  return { address, port, text: formatEndpoint({ address, port }) }
}
