import type { Testbed } from '@pstorage/testbed'

/** One command of the demonstration. */
export interface Scene {
  readonly title: string
  /** An explanation of its output, printed before it runs. */
  readonly explanation: string
  /** The words after `pstorage-discovery`. */
  readonly words: readonly string[]
  /** The exit code that it must end with. */
  readonly exitCode: number
}

/** The scenes: each source by itself, then all of them, then a cluster that does not exist. */
export function scenes({ dns, zeroconf, bootstrap }: Testbed, closedServer: string): readonly Scene[] {
  const server = ['--server', dns.server, '--domain', dns.domain]
  const lists = ['--clusters-dir', bootstrap.directory]
  const link = ['--interface', zeroconf.interface]
  const byDns = ['--backend', 'dns', ...server]
  const hasMulticast = zeroconf.fault === undefined
  const everywhere = hasMulticast ? [...server, ...lists, ...link] : ['--backend', 'dns,bootstrap', ...server, ...lists]

  const multicast: readonly Scene[] = [
    {
      title: 'Zeroconf, the test-network way',
      explanation:
        'A host on the link publishes two MDS of office-cluster by multicast DNS. Any host on the link could have answered, ' +
        'so a warning comes along.',
      words: ['resolve', 'office-cluster', '--backend', 'zeroconf', ...link],
      exitCode: 0,
    },
  ]
  return [
    {
      title: 'DNS, the production way: names',
      explanation:
        'TXT records at pstorage_clusters.pstorage.test list the clusters. Each is printed once, one a line.',
      words: ['discover', ...byDns],
      exitCode: 0,
    },
    {
      title: 'DNS: names by zone transfer',
      explanation: 'The server lets us transfer its zone, and the SRV records in it name two clusters more.',
      words: ['discover', '--axfr', 'always', ...byDns],
      exitCode: 0,
    },
    {
      title: 'DNS: addresses',
      explanation:
        'SRV records name the metadata servers (MDS). Equal ones come in random order, so that load is shared.',
      words: ['resolve', 'my-cluster', ...byDns],
      exitCode: 0,
    },
    {
      title: 'Bootstrap lists, the manual way',
      explanation: 'A file rack-cluster/bs.list holds the addresses, as in the example of the manual page.',
      words: ['resolve', 'rack-cluster', '--backend', 'bootstrap', ...lists],
      exitCode: 0,
    },
    ...(hasMulticast ? multicast : []),
    {
      title: 'Everything at once: names',
      explanation: 'All sources are asked together, and their names united.',
      words: ['discover', '--verbose', ...everywhere],
      exitCode: 0,
    },
    {
      title: 'Everything at once: addresses',
      explanation:
        'DNS is preferred and is asked first. It does not know rack-cluster; the list does, and zeroconf is not needed.',
      words: ['resolve', 'rack-cluster', '--verbose', ...everywhere],
      exitCode: 0,
    },
    {
      title: 'Listed, but without an address: exit code 4',
      explanation: 'cluster1 stands in the TXT records and has no SRV record. It exists: do not create it again.',
      words: ['resolve', 'cluster1', ...byDns],
      exitCode: 4,
    },
    {
      title: 'No such cluster: exit code 6',
      explanation: 'The name server has said so. This is the only exit code that means "there is none".',
      words: ['resolve', 'nosuch', ...byDns],
      exitCode: 6,
    },
    {
      title: 'Could not ask: exit code 3',
      explanation: 'Here no program listens on the port of the name server. Whether the cluster exists is not known.',
      words: ['resolve', 'my-cluster', '--backend', 'dns', '--server', closedServer, '--domain', dns.domain],
      exitCode: 3,
    },
  ]
}
