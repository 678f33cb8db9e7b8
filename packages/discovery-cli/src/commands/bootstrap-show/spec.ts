import type { Command } from '../../args/command.js'
import { outcomeExitCodes } from '../../exit-codes.js'

export const bootstrapShow: Command = {
  name: 'bootstrap show',
  operands: '[CLUSTER]',
  summary: 'print the bootstrap lists of this host',
  about:
    'Prints one address per line: the cluster, IP:PORT, the file and the line; "-" where a list has no usable address.',
  examples: [
    ['bootstrap show', 'all lists under /etc/pstorage/clusters and /etc/vstorage/clusters'],
    ['bootstrap show my-cluster --clusters-dir /srv/clusters', ''],
  ],
  options: ['cluster', 'clusters-dir', 'format', 'json'],
  formats: ['text', 'json'],
  exitCodes: {
    ...outcomeExitCodes,
    4: 'known: there is a list without a usable address',
    6: 'absent: there is no list',
  },
  load: async () => (await import('./run.js')).runBootstrapShow,
}
