import { askOptions } from '../command-line/option-table.js'
import type { Command } from './command.js'
import { outcomeExitCodes } from './exit-codes.js'

export const resolve: Command = {
  name: 'resolve',
  operands: 'CLUSTER',
  summary: 'print the addresses of one cluster, one IP:PORT per line, best first',
  about:
    'The most preferred backend that knows the cluster answers; --policy merge asks all and unites what they know.',
  examples: [
    ['resolve my-cluster', 'its addresses, best first'],
    ['resolve my-cluster --json', 'with who said what, for programs'],
    ['resolve my-cluster --backend dns --server 192.0.2.1 --domain example.org', ''],
    ['resolve my-cluster -b 192.0.2.3 -b 192.0.2.4:2511', 'take these, and ask nobody'],
    ['resolve my-cluster --probe', 'those first that accept a connection'],
    ['resolve my-cluster --wait 120 --min-endpoints 3', 'at boot, until the storage is there'],
  ],
  options: ['cluster', 'bootstrap', ...askOptions, 'wait', 'min-endpoints', 'probe', 'format', 'json'],
  formats: ['text', 'json', 'ndjson', 'bs-list', 'zone', 'prometheus'],
  exitCodes: { ...outcomeExitCodes, 3: `${outcomeExitCodes[3]};\nor found, but fewer than --min-endpoints` },
  load: async () => (await import('../ask/resolve.js')).runResolve,
}
