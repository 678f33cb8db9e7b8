import { clusterOperand } from '../../args/cluster-argument.js'
import { lastOf, type RunCommand } from '../../args/command.js'
import { parseCount, parseDuration } from '../../args/option-values.js'
import { formatOf, printSettings, querySettings } from '../../args/settings.js'
import { UsageError } from '../../exit-codes.js'
import { runQuery } from '../../query/run-query.js'

/** Runs `resolve`. */
export const runResolve: RunCommand = async (args, context) => {
  const { cluster, addresses } = clusterOperand(args)
  const [minEndpoints, wait, count] = [lastOf(args, 'min-endpoints'), lastOf(args, 'wait'), lastOf(args, 'count')]
  const format = formatOf(args)
  if (count !== undefined && format === 'ndjson') {
    throw new UsageError('--count needs endpoints in order, and --format ndjson prints them as they come: use --json')
  }
  const query = {
    command: 'resolve' as const,
    cluster,
    minEndpoints: minEndpoints === undefined ? 1 : parseCount('min-endpoints', minEndpoints),
    wait: wait === undefined ? undefined : parseDuration('wait', wait),
    probe: args.options.has('probe'),
    count: count === undefined ? Number.POSITIVE_INFINITY : parseCount('count', count),
    ...printSettings(args),
    ...querySettings(args, { policy: 'first', addresses }),
    format,
  }
  return runQuery(query, context)
}
