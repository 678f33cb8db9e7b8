import type { Command } from './command.js'
import { findingExitCodes } from './exit-codes.js'

export const bootstrapLint: Command = {
  name: 'bootstrap lint',
  operands: '[CLUSTER]',
  summary: 'say what is wrong in bootstrap lists, and the lines that mend it',
  about: `The part of doctor that is about lists: names of directories, permissions, syntax, addresses. Each finding names the
file, the line and the column. Nothing is changed by it.`,
  examples: [
    ['bootstrap lint', 'all lists under /etc/pstorage/clusters and /etc/vstorage/clusters'],
    ['bootstrap lint my-cluster --level warning', 'one list, and only what should be mended'],
  ],
  options: ['cluster', 'clusters-dir', 'level', 'format', 'json'],
  formats: ['text', 'json'],
  exitCodes: findingExitCodes,
  load: async () => (await import('../bootstrap/lint.js')).runBootstrapLint,
}
