import { dnsOptions } from '../command-line/option-table.js'
import type { Command } from './command.js'
import { findingExitCodes } from './exit-codes.js'

export const zoneLint: Command = {
  name: 'zone lint',
  operands: 'DOMAIN',
  summary: 'say what is wrong in the DNS records of a domain, and the lines that mend it',
  about: `The part of doctor that is about a zone: names, SRV records, hosts, TTLs, wildcards, transfers. With --file it reads a
zone file with the origin DOMAIN instead of asking: named-compilezone or kzonecheck has to be installed for that.`,
  examples: [
    ['zone lint example.org', 'as the name servers of this host have it'],
    ['zone lint example.org --server 192.0.2.1 --level warning', ''],
    ['zone lint example.org --file example.org.zone', 'before it is loaded'],
  ],
  options: ['file', ...dnsOptions, 'level', 'format', 'json'],
  formats: ['text', 'json'],
  exitCodes: findingExitCodes,
  load: async () => (await import('../doctor/zone-lint.js')).runZoneLint,
}
