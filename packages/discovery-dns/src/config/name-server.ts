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
    const message = `invalid name server ${quoteText(String(text))}: write IP, IP:PORT or [IPv6]:PORT${meant(String(text))}`
    throw new DiscoveryError('ERR_OPTION_INVALID', message, { cause })
  }
}

/** Returns what was likely meant by a spelling of other programs: `@192.0.2.1`, `192.0.2.1#53`, `192.0.2.1@53`. */
function meant(text: string): string {
  const [, address = '', port] = /^@?([0-9A-Fa-f.:]+)(?:[#@](\d{1,5}))?$/.exec(text) ?? []
  const canonical = canonicalAddress(address)
  if (canonical === undefined) return ''
  return `; did you mean ${port === undefined ? canonical : formatEndpoint({ address: canonical, port: Number(port) })}`
}

function nameServer(address: string, port: number): NameServer {
  return { address, port, text: formatEndpoint({ address, port }) }
}

/**
 * Reads name servers, each once.
 *
 * @param defaultPort of those written without one
 * @throws DiscoveryError `ERR_OPTION_INVALID`
 */
export function parseServers(texts: readonly string[], defaultPort: number = DNS_PORT): readonly NameServer[] {
  const servers = new Map<string, NameServer>()
  for (const text of texts) {
    const server = parseNameServer(text, defaultPort)
    servers.set(server.text, server)
  }
  return [...servers.values()]
}
