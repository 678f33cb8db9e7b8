import type { Command } from '../../args/command.js'
import { dnsOptions } from '../../args/option-table.js'
import { findingExitCodes } from '../../exit-codes.js'

export const zoneLint: Command = {
  name: 'zone lint',
  operands: 'DOMAIN',
  summary: 'check the DNS records of a domain, and show how to fix them',
  about: `Runs the checks of doctor that are about a zone: names, SRV records, hosts, TTLs, wildcards, transfers. With --file it
reads a zone file with the origin DOMAIN instead; that needs named-compilezone or kzonecheck.`,
  examples: [
    ['zone lint example.org', 'from the name servers of this host'],
    ['zone lint example.org --server 192.0.2.1 --level warning', ''],
    ['zone lint example.org --file example.org.zone', 'before it is loaded'],
  ],
  options: ['file', ...dnsOptions, 'level', 'format', 'json'],
  formats: ['text', 'json'],
  exitCodes: findingExitCodes,
  load: async () => (await import('./run.js')).runZoneLint,
}
