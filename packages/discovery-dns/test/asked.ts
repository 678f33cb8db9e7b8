import {
  type DiscoverReport,
  discoverClusters,
  formatEndpoint,
  type Report,
  type ResolveReport,
  resolveCluster,
} from '@pstorage/discovery-core'
import { dnsResolverOn } from '../src/dns-resolver.js'
import { type DnsResolverOptions, dnsResolver } from '../src/index.js'
import { domain } from './good-zone.js'

/** Something that listens: a server of the testbed. */
export interface Listening {
  readonly address: string
  readonly port: number
}

/** Settings of a query in a test. */
export interface AskOptions extends Omit<DnsResolverOptions, 'servers'> {
  /** Default `alpha`. */
  readonly cluster?: string
  /** Milliseconds; default 5,000. */
  readonly timeout?: number
  readonly signal?: AbortSignal
  /** The addresses of this host; default one of IPv4. */
  readonly ownAddresses?: readonly string[]
}

export async function resolved(servers: readonly Listening[], options: AskOptions = {}): Promise<ResolveReport> {
  const { cluster = 'alpha', timeout, signal, ownAddresses = ['192.0.2.10'], ...settings } = options
  const all = { domains: [domain], ...settings, servers: servers.map(formatEndpoint) }
  await using resolver = dnsResolverOn(() => ownAddresses, all)
  return await resolveCluster(resolver, cluster, { timeout, signal })
}

export async function discovered(servers: readonly Listening[], options: AskOptions = {}): Promise<DiscoverReport> {
  const { cluster: _, ownAddresses: __, timeout, signal, ...settings } = options
  await using resolver = dnsResolver({ domains: [domain], ...settings, servers: servers.map(formatEndpoint) })
  return await discoverClusters(resolver, { timeout, signal })
}

export const endpointsOf = ({ endpoints }: ResolveReport): readonly string[] => endpoints.map(formatEndpoint)
export const namesOf = ({ clusters }: DiscoverReport): readonly string[] => clusters.map(({ name }) => name)
export const codesOf = ({ warnings }: Report): readonly string[] => warnings.map(({ code }) => code)

/** The attempts of a report in one line each: `dns-srv empty`. */
export const attemptsOf = ({ attempts }: Report): readonly string[] => {
  return attempts.map(({ method, status }) => `${method} ${status}`)
}
