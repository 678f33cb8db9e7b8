import type { Command } from '../../args/command.js'
import { queryOptions } from '../../args/option-table.js'
import { outcomeExitCodes } from '../../exit-codes.js'

export const discover: Command = {
  name: 'discover',
  summary: 'list the names of the clusters, one per line',
  about: 'Queries all backends at once and unites their results; --json shows the sources of each.',
  examples: [
    ['discover', 'the names of all clusters on this network'],
    ['discover -l', 'with the MDS known and the sources of each'],
    ['discover --backend dns --server 192.0.2.1 --domain example.org', 'those of one name server'],
    ['discover --format ndjson', 'each event as it comes, one per line, for programs'],
  ],
  options: [...queryOptions, 'long', 'format', 'json'],
  formats: ['text', 'json', 'ndjson', 'zone'],
  exitCodes: outcomeExitCodes,
  load: async () => (await import('./run.js')).runDiscover,
}
