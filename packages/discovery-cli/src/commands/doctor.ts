import { checkOptions } from '../command-line/option-table.js'
import type { Command } from './command.js'
import { findingExitCodes } from './exit-codes.js'

export const doctor: Command = {
  name: 'doctor',
  operands: '[CLUSTER]',
  summary: 'say what works, what does not, why, and the line that mends it',
  about: `Checks each backend, compares what they say, and tries to connect to every metadata server that is found. Each
finding has the id of its check, a level (ok, notice, warning, error), what was seen, what it means, and text to paste
that mends it: a line of a zone, of resolv.conf or bs.list, a setting of a name server, an Avahi file, a command.
Words in angle brackets are for you to fill in. Nothing is changed by it.`,
  examples: [
    ['doctor', 'everything that this host can ask'],
    ['doctor my-cluster --level warning', 'one cluster, and only what should be mended'],
    ['doctor --backend dns --server 192.0.2.1 --domain example.org', 'one name server and one domain'],
    ['doctor --json', 'for programs'],
  ],
  options: ['cluster', ...checkOptions, 'level', 'format', 'json'],
  formats: ['text', 'json'],
  exitCodes: findingExitCodes,
  load: async () => (await import('../doctor/doctor.js')).runDoctor,
}
