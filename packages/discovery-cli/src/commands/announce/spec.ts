import type { Command } from '../../args/command.js'

export const announce: Command = {
  name: 'announce',
  operands: 'CLUSTER',
  summary: 'publish this host as an MDS of the cluster over zeroconf, until stopped',
  about: 'Publishes over multicast DNS until a signal comes, and then withdraws everything. Not for production.',
  examples: [
    ['announce my-cluster', 'make this host visible to zeroconf'],
    ['announce my-cluster -a 192.0.2.3 -a 192.0.2.4:2511 --interface eth0', 'other hosts, on one interface'],
  ],
  options: ['cluster', 'address', 'interface'],
  exitCodes: {
    3: 'there is no interface to announce on',
    129: 'stopped by SIGHUP',
    130: 'stopped by SIGINT',
    143: 'stopped by SIGTERM',
  },
  isEndless: true,
  load: async () => (await import('./run.js')).runAnnounce,
}
