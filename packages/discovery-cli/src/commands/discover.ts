import { askOptions } from '../command-line/option-table.js'
import type { Command } from './command.js'
import { outcomeExitCodes } from './exit-codes.js'

export const discover: Command = {
  name: 'discover',
  summary: 'list the names of the clusters, one per line',
  about: 'Asks all backends at once and unites what they know; --json says who said what.',
  examples: [
    ['discover', 'the names of all clusters around here'],
    ['discover --backend dns --server 192.0.2.1 --domain example.org', 'those that one name server knows'],
    ['discover --format ndjson', 'each event as it comes, one per line, for programs'],
  ],
  options: [...askOptions, 'format', 'json'],
  formats: ['text', 'json', 'ndjson', 'zone'],
  exitCodes: outcomeExitCodes,
  load: async () => (await import('../ask/discover.js')).runDiscover,
}
