import { equalNames, type Name } from '@pstorage/dns-message'
import type { Channel } from './channel.js'
import { parseDomain } from './domain-name.js'
import { DNS_PORT, type NameServer, parseNameServer } from './name-server.js'
import type { ResolvConfOptions } from './resolv-conf.js'

/** Whom a stub resolver asks, below which domains, and how. */
export interface StubSettings {
  /** At least one. */
  readonly servers: readonly NameServer[]
  /** Whether the servers were given by option, and so are the whole list. */
  readonly serversGiven: boolean
  /** Search domains in order; may be empty. */
  readonly domains: readonly Name[]
  readonly options: ResolvConfOptions
  readonly channel: Channel
}

/**
 * Reads the names of search domains, each once.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for what is not a domain name, and for the root
 */
export function parseDomains(texts: readonly string[]): readonly Name[] {
  const domains: Name[] = []
  for (const text of texts) {
    const domain = parseDomain(text)
    if (!domains.some((known) => equalNames(known, domain))) domains.push(domain)
  }
  return domains
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
