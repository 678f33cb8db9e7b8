import type { Testbed } from './start-testbed.js'

/** A command to try against a testbed. */
export interface TryCommand {
  /** A phrase that says what it shows. */
  readonly shows: string
  /** The words after `pstorage-discovery`. */
  readonly words: readonly string[]
}

/** Commands that ask each source of a testbed by itself, and all of them at once. */
export function tryCommands({ dns, zeroconf, bootstrap }: Testbed): readonly TryCommand[] {
  const byDns = ['--backend', 'dns', '--server', dns.server, '--domain', dns.domain]
  const byMulticast = ['--backend', 'zeroconf', '--interface', zeroconf.interface]
  const byList = ['--backend', 'bootstrap', '--clusters-dir', bootstrap.directory]
  const byAll = [...byDns.slice(2), ...byList.slice(2), ...(zeroconf.fault === undefined ? byMulticast.slice(2) : [])]
  const backends = zeroconf.fault === undefined ? [] : ['--backend', 'dns,bootstrap']
  const multicast: readonly TryCommand[] = [
    { shows: 'names by multicast', words: ['discover', ...byMulticast] },
    { shows: 'addresses by multicast', words: ['resolve', 'office-cluster', ...byMulticast] },
  ]
  return [
    { shows: 'names by DNS TXT records', words: ['discover', ...byDns] },
    { shows: 'names by a zone transfer too', words: ['discover', '--axfr', 'always', ...byDns] },
    { shows: 'addresses by DNS SRV records', words: ['resolve', 'my-cluster', ...byDns] },
    { shows: 'a cluster that is listed and has no address', words: ['resolve', 'cluster1', ...byDns] },
    ...(zeroconf.fault === undefined ? multicast : []),
    { shows: 'names by bootstrap lists', words: ['discover', ...byList] },
    { shows: 'addresses by a bootstrap list', words: ['resolve', 'rack-cluster', ...byList] },
    { shows: 'names from everywhere', words: ['discover', ...backends, ...byAll] },
    { shows: 'addresses from every source that has them', words: ['resolve', 'rack-cluster', ...backends, ...byAll] },
    { shows: 'a cluster that no source has', words: ['resolve', 'nosuch', ...byDns] },
  ]
}
