import type { Command } from '../../args/command.js'
import { queryOptions } from '../../args/option-table.js'

export const watch: Command = {
  name: 'watch',
  operands: '[CLUSTER]',
  summary: 'print the addresses of a cluster, or all names, and each change of them',
  about:
    'Prints the results, and then every change, until stopped. It queries again when the shortest TTL is\n' +
    'over, but not more often than every 5 seconds, and at once when a list or the link changes. Results\n' +
    'that can no longer be confirmed are kept, and shown as stale. --exec runs a command at every change, with\n' +
    'PSTORAGE_CLUSTER, PSTORAGE_ENDPOINTS and PSTORAGE_OUTCOME in its environment and all results as JSON on\n' +
    'its standard input.',
  examples: [
    ['watch', 'the names of all clusters on this network'],
    ['watch my-cluster', 'the addresses of one cluster'],
    ['watch my-cluster --format ndjson', 'one event per line, for programs'],
    ["watch my-cluster --exec 'systemctl reload my-proxy'", 'run a command at every change'],
  ],
  options: ['cluster', 'bootstrap', 'interval', 'exec', ...queryOptions, 'format'],
  formats: ['text', 'ndjson'],
  exitCodes: {
    0: 'the reader of the output has closed the pipe',
    129: 'stopped by SIGHUP',
    130: 'stopped by SIGINT',
    143: 'stopped by SIGTERM',
  },
  isEndless: true,
  load: async () => (await import('./run.js')).runWatch,
}
