import type { Command } from '../../args/command.js'
import { findingExitCodes } from '../../exit-codes.js'

export const bootstrapLint: Command = {
  name: 'bootstrap lint',
  operands: '[CLUSTER]',
  summary: 'check bootstrap lists, and show how to fix them',
  about: `Runs the checks of doctor that are about lists: names of directories, permissions, syntax, addresses. Each finding
names the file, the line and the column. It changes nothing.`,
  examples: [
    ['bootstrap lint', 'all lists under /etc/pstorage/clusters and /etc/vstorage/clusters'],
    ['bootstrap lint my-cluster --level warning', 'one list, warnings and errors only'],
  ],
  options: ['cluster', 'clusters-dir', 'level', 'format', 'json'],
  formats: ['text', 'json'],
  exitCodes: findingExitCodes,
  load: async () => (await import('./run.js')).runBootstrapLint,
}
