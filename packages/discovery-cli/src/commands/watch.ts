import { askOptions } from '../command-line/option-table.js'
import type { Command } from './command.js'

export const watch: Command = {
  name: 'watch',
  operands: '[CLUSTER]',
  summary: 'print changes as they happen: of one cluster, or of the names',
  about:
    'Prints what is known, and then every change, until stopped. It asks again when the least TTL is\n' +
    'over, but not more often than every 5 seconds, and at once when a list or the link says that\n' +
    'something has changed. What cannot be confirmed any more is kept, and shown as stale.',
  examples: [
    ['watch', 'the names of all clusters around here'],
    ['watch my-cluster', 'the addresses of one'],
    ['watch my-cluster --format ndjson', 'one event per line, for programs'],
  ],
  options: ['cluster', 'bootstrap', ...askOptions, 'format'],
  formats: ['text', 'ndjson'],
  exitCodes: {
    0: 'the reader of the output has closed the pipe',
    129: 'stopped by SIGHUP',
    130: 'stopped by SIGINT',
    143: 'stopped by SIGTERM',
  },
  load: async () => (await import('../watch/watch.js')).runWatch,
}
