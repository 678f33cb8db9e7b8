import { equalNames, type Name } from '@pstorage/dns-message'
import { parseDomain } from './domain-name.js'
import { type NameServer, parseNameServer } from './name-server.js'
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
 * @throws DiscoveryError `ERR_OPTION_INVALID`
 */
export function parseServers(texts: readonly string[]): readonly NameServer[] {
  const servers = new Map<string, NameServer>()
  for (const text of texts) {
    const server = parseNameServer(text)
    servers.set(server.text, server)
  }
  return [...servers.values()]
}
