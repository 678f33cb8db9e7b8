import { askOptions } from '../command-line/option-table.js'
import type { Command } from './command.js'
import { outcomeExitCodes } from './exit-codes.js'

export const zoneGenerate: Command = {
  name: 'zone generate',
  operands: 'DOMAIN',
  summary: 'print the DNS records that publish the clusters which are found',
  about: `Asks all backends for all clusters and their addresses, and prints a zone that publishes them: so a test network that
zeroconf or bootstrap lists serve moves to DNS. DOMAIN is the name of the zone; without it, the one --domain.
--format nsupdate prints commands for nsupdate(1) instead, which add the names and addresses to a zone that exists, and
replace the SRV records of the clusters that were found. Nothing else in the zone is touched.

Where somebody could not be asked, clusters may be missing: nothing is printed then, unless --partial is given.`,
  examples: [
    ['zone generate example.org --backend zeroconf > example.org.zone', ''],
    ['zone generate example.org --mds my-cluster=192.0.2.3 --mds my-cluster=192.0.2.4:2511', ''],
    ['zone generate example.org --backend zeroconf --format nsupdate | nsupdate -k FILE', ''],
  ],
  options: ['mds', 'ttl', 'ns', 'serial', 'partial', ...askOptions.filter((name) => name !== 'policy'), 'format'],
  formats: ['zone', 'nsupdate'],
  exitCodes: {
    0: 'the records are printed; also when the reader of the output has closed the pipe',
    1: 'absent: everybody could be asked, and there is no cluster',
    3: `${outcomeExitCodes[3]};\nnothing is printed, or what there is with --partial`,
  },
  load: async () => (await import('../zone/generate.js')).runZoneGenerate,
}
