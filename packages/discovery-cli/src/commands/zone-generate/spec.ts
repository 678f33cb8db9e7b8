import type { Command } from '../../args/command.js'
import { queryOptions } from '../../args/option-table.js'
import { outcomeExitCodes } from '../../exit-codes.js'

export const zoneGenerate: Command = {
  name: 'zone generate',
  operands: 'DOMAIN',
  summary: 'print the DNS records that publish the clusters',
  about: `Queries DNS and bootstrap lists for all clusters and their addresses, and zeroconf only where --backend names it, and
prints a zone that publishes them. DOMAIN is the name of the zone; default: the one --domain.
--format nsupdate prints commands for nsupdate(1) instead, for the zone as the name servers have it now: they add the
missing records, and fail as a whole where the zone has changed since. With --replace they also remove SRV records
that no source has.

Where a source did not answer, clusters may be missing: then nothing is printed without --partial. Nor is anything
printed where sources disagree, or without --replace where the zone has endpoints that no source has.`,
  examples: [
    ['zone generate example.org --backend zeroconf > example.org.zone', ''],
    ['zone generate example.org --mds my-cluster=192.0.2.3 --mds my-cluster=192.0.2.4:2511', ''],
    ['zone generate example.org --backend zeroconf --format nsupdate | nsupdate -k FILE', ''],
  ],
  options: [
    'mds',
    'ttl',
    'ns',
    'serial',
    'partial',
    'replace',
    ...queryOptions.filter((name) => name !== 'policy'),
    'format',
  ],
  formats: ['zone', 'nsupdate'],
  exitCodes: {
    0: 'the records are printed; also when the reader of the output has closed the pipe',
    3: `${outcomeExitCodes[3]};\nnothing is printed without --partial;\nalso where sources disagree or the zone has more endpoints: nothing is printed`,
    4: 'known: there is a cluster, but no source lists its name',
    6: 'absent: there is no cluster, and every source answered',
  },
  load: async () => (await import('./run.js')).runZoneGenerate,
}
