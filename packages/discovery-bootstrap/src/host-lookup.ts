import { lookup } from 'node:dns/promises'

/**
 * Finds the IP addresses of a host name; best first. Rejects when there is none, or nobody could be asked. `signal`
 * aborts when the question is over, and the answer is no longer waited for then.
 */
export type HostLookup = (host: string, signal: AbortSignal) => Promise<readonly string[]>

/** As other programs on this host do it: by getaddrinfo, which knows /etc/hosts and the search domains. */
export const systemLookup: HostLookup = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true })
  return found.map(({ address }) => address)
}
