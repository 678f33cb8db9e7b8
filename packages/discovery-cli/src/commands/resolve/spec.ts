import type { Command } from '../../args/command.js'
import { queryOptions } from '../../args/option-table.js'
import { outcomeExitCodes } from '../../exit-codes.js'

export const resolve: Command = {
  name: 'resolve',
  operands: 'CLUSTER',
  summary: 'print the addresses of one cluster, one IP:PORT per line, best first',
  about:
    'Prefers DNS, then bootstrap lists, then zeroconf, and prints what the first of them has that knows the\n' +
    'cluster. --policy merge unites the results of all.',
  examples: [
    ['resolve my-cluster', 'its addresses, best first'],
    ['resolve my-cluster --json', 'with the sources of each, for programs'],
    ['resolve my-cluster --backend dns --server 192.0.2.1 --domain example.org', ''],
    ['resolve my-cluster -b 192.0.2.3 -b 192.0.2.4:2511', 'use these, and skip discovery'],
    ['resolve my-cluster --probe', 'reachable ones first'],
    ['resolve my-cluster --format share', 'as a share string, such as OpenStack takes'],
    ['resolve my-cluster --wait 2m --min-endpoints 3', 'at boot, until the storage is there'],
  ],
  options: ['cluster', 'bootstrap', ...queryOptions, 'wait', 'min-endpoints', 'probe', 'count', 'format', 'json'],
  formats: ['text', 'json', 'ndjson', 'bs-list', 'share', 'zone', 'prometheus'],
  exitCodes: { ...outcomeExitCodes, 3: `${outcomeExitCodes[3]};\nor found, but fewer than --min-endpoints` },
  load: async () => (await import('./run.js')).runResolve,
}
