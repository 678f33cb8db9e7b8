import { askSettings, formatOf, printSettings } from '../command-line/settings.js'
import { UsageError } from '../command-line/usage-error.js'
import type { RunCommand } from '../commands/command.js'
import { inquire } from './inquire.js'

/** `discover`. */
export const runDiscover: RunCommand = async (words, options) => {
  if (words.operands.length > 0) throw new UsageError('discover lists all clusters and takes no argument')
  const settings = { ...printSettings(words), ...askSettings(words, { policy: 'merge' }), format: formatOf(words) }
  return inquire({ command: 'discover', ...settings }, options)
}
