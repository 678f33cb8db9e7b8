import type { RunCommand } from '../../args/command.js'
import { formatOf, printSettings, querySettings } from '../../args/settings.js'
import { UsageError } from '../../exit-codes.js'
import { runQuery } from '../../query/run-query.js'

/** Runs `discover`. */
export const runDiscover: RunCommand = async (args, context) => {
  if (args.operands.length > 0) throw new UsageError('discover lists all clusters and takes no argument')
  const settings = { ...printSettings(args), ...querySettings(args, { policy: 'merge' }), format: formatOf(args) }
  if (args.options.has('long')) {
    if (settings.format !== 'text') throw new UsageError(`--long is a table, and --format ${settings.format} is none`)
    return (await import('./long-list.js')).runLongList(settings, context)
  }
  return runQuery({ command: 'discover', ...settings }, context)
}
