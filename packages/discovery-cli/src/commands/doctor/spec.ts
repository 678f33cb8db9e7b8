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
brackets. The most likely cause comes first. -v shows what follows from it, and the checks that have passed.
Without --fix nothing is changed. --fix makes the changes that are safe and for this host, after a question, and checks
again; the old contents of a file stay beside it, with the date in its name. --nagios is for monitoring plugins.`,
  examples: [
    ['doctor', 'all sources of this host'],
    ['doctor my-cluster --level warning', 'one cluster, warnings and errors only'],
    ['doctor --backend dns --server 192.0.2.1 --domain example.org', 'one name server and one domain'],
    ['doctor --fix --dry-run', 'what --fix would change'],
    ['doctor --nagios', 'for Nagios, Icinga and their like'],
    ['doctor --json', 'for programs'],
  ],
  options: ['cluster', 'fix', 'dry-run', 'yes', ...checkOptions, 'level', 'format', 'json', 'nagios'],
  formats: ['text', 'json', 'nagios'],
  exitCodes: {
    ...findingExitCodes,
    1: 'there is a warning; with --nagios: WARNING',
    2: 'wrong usage; with --nagios: CRITICAL, there is an error',
    3: 'with --nagios: UNKNOWN, the worst checks could not run, wrong usage, or an internal error',
  },
  load: async () => (await import('./run.js')).runDoctor,
}
