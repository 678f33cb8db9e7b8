import { askOptions } from '../command-line/option-table.js'
import type { Command } from './command.js'
import { outcomeExitCodes } from './exit-codes.js'

export const bootstrapWrite: Command = {
  name: 'bootstrap write',
  operands: 'CLUSTER',
  summary: 'write the bootstrap list of one cluster from what the other backends find',
  about: `Asks DNS and zeroconf, or takes the addresses of -b, and puts them into DIR/CLUSTER/bs.list, where DIR is
/etc/pstorage/clusters unless --clusters-dir says otherwise. The new list takes the place of the old one at once;
comments stay. Where no address is found, or somebody who may know more could not be asked, the list stays as it is.`,
  examples: [
    ['bootstrap write my-cluster', 'from what DNS says, else zeroconf'],
    ['bootstrap write my-cluster --dry-run', 'print what would be written'],
    ['bootstrap write my-cluster -b 192.0.2.3 -b 192.0.2.4:2511', 'these, and ask nobody'],
  ],
  options: ['cluster', 'bootstrap', 'dry-run', 'partial', 'min-endpoints', ...askOptions],
  exitCodes: {
    ...outcomeExitCodes,
    0: 'the list is written, or was so already',
    3: `${outcomeExitCodes[3]};\nor found, but fewer than --min-endpoints. The list is not touched`,
    70: 'the list could not be written, or a fault of this program',
  },
  load: async () => (await import('../bootstrap/write.js')).runBootstrapWrite,
}
