import type { Command } from './command.js'
import { outcomeExitCodes } from './exit-codes.js'

export const bootstrapShow: Command = {
  name: 'bootstrap show',
  operands: '[CLUSTER]',
  summary: 'print what the bootstrap lists of this host hold',
  about: 'One address a line: the cluster, IP:PORT, and the file and line; "-" where a list has none that can be used.',
  examples: [
    ['bootstrap show', 'all lists under /etc/pstorage/clusters and /etc/vstorage/clusters'],
    ['bootstrap show my-cluster --clusters-dir /srv/clusters', ''],
  ],
  options: ['cluster', 'clusters-dir', 'format', 'json'],
  formats: ['text', 'json'],
  exitCodes: {
    ...outcomeExitCodes,
    1: 'absent: there is no list',
    4: 'known: there is a list without a usable address',
  },
  load: async () => (await import('../bootstrap/show.js')).runBootstrapShow,
}
