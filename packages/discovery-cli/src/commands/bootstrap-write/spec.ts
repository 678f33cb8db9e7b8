import type { Command } from '../../args/command.js'
import { queryOptions } from '../../args/option-table.js'
import { outcomeExitCodes } from '../../exit-codes.js'

export const bootstrapWrite: Command = {
  name: 'bootstrap write',
  operands: 'CLUSTER',
  summary: 'write the bootstrap list of one cluster from DNS or zeroconf',
  about: `Queries DNS, and zeroconf where --backend names it, or takes the addresses of -b, and writes them into
DIR/CLUSTER/bs.list, where DIR is /etc/pstorage/clusters or that of --clusters-dir. The new list replaces the old one
atomically; comments stay. Where no address is found, sources disagree, or a source that may have more did not answer,
the list is not changed. With --watch it goes on until stopped, and writes by the same rules at every change.`,
  examples: [
    ['bootstrap write my-cluster', 'from DNS'],
    ['bootstrap write my-cluster --dry-run', 'print the list, and write nothing'],
    ['bootstrap write my-cluster --watch', 'keep it right, for programs that read only files'],
    ['bootstrap write my-cluster -b 192.0.2.3 -b 192.0.2.4:2511', 'use these, and skip discovery'],
  ],
  options: ['cluster', 'bootstrap', 'dry-run', 'watch', 'interval', 'partial', 'min-endpoints', ...queryOptions],
  exitCodes: {
    ...outcomeExitCodes,
    0: 'the list is written, or was the same already',
    3: `${outcomeExitCodes[3]};\nor found, but fewer than --min-endpoints, or sources disagree. The list is not changed`,
    70: 'the list could not be written, or an internal error',
  },
  load: async () => (await import('./run.js')).runBootstrapWrite,
}
