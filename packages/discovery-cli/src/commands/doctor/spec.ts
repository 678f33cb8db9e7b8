import type { Command } from '../../args/command.js'
import { checkOptions } from '../../args/option-table.js'
import { findingExitCodes } from '../../exit-codes.js'

export const doctor: Command = {
  name: 'doctor',
  operands: '[CLUSTER]',
  summary: 'check discovery, and show what does not work, why, and how to fix it',
  about: `Checks each backend, compares their results, and tries to connect to every metadata server. Each finding has the id
of its check, a level (ok, notice, warning, error), what was seen, what it means, and a fix to paste: a line of a
zone, of resolv.conf or bs.list, a setting of a name server, an Avahi file, a command. Fill in the words in angle
brackets. It changes nothing.`,
  examples: [
    ['doctor', 'all sources of this host'],
    ['doctor my-cluster --level warning', 'one cluster, warnings and errors only'],
    ['doctor --backend dns --server 192.0.2.1 --domain example.org', 'one name server and one domain'],
    ['doctor --json', 'for programs'],
  ],
  options: ['cluster', ...checkOptions, 'level', 'format', 'json'],
  formats: ['text', 'json'],
  exitCodes: findingExitCodes,
  load: async () => (await import('./run.js')).runDoctor,
}
