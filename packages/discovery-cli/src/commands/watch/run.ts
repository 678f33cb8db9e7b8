import { type DiscoverEvent, systemClock, watch } from '@pstorage/discovery-core'
import { optionalClusterOperand } from '../../args/cluster-argument.js'
import { lastOf, type ParsedArguments, type RunCommand } from '../../args/command.js'
import { formatOf, paceOf, printSettings, querySettings } from '../../args/settings.js'
import { exitCodeOfSignal, ReaderGoneError, UsageError } from '../../exit-codes.js'
import { backendLoaders, composeResolver, keyWithoutEffect } from '../../query/backends.js'
import { StateDelivery } from '../../query/state-delivery.js'
import { whenReaderGone } from '../../terminal/reader-gone.js'
import { Reporter } from '../../terminal/reporter.js'
import { styleFor } from '../../terminal/style.js'
import { writeData } from '../../terminal/write-data.js'
import { changeLines, ndjsonOfChange, stateOf } from './print-changes.js'
import { type CommandState, parseCommand, runCommand } from './run-command.js'

/** Milliseconds between two runs of a command that fails. */
const LONGEST_PAUSE = 60_000

/** Runs `watch`: prints changes until a signal comes or the reader of stdout has gone. */
export const runWatch: RunCommand = async (args, context) => {
  const { cluster, policy, addresses } = subjectOf(args)
  const printing = printSettings(args)
  const settings = querySettings(args, { policy, addresses })
  const format = formatOf(args)
  const pace = paceOf(args)
  const command = lastOf(args, 'exec')
  const words = command === undefined ? undefined : parseCommand(command)
  const { env, stdout, clock = systemClock, backends = backendLoaders } = context
  const style = styleFor(stdout, env, printing.noColor)
  // The attempts of every poll would drown the changes: the lines about stale results say why.
  const reporter = new Reporter(context, printing, { hasColumns: false })
  if (cluster !== undefined) for (const warning of keyWithoutEffect(settings.settings)) reporter.warn(warning)
  const onFailure = (line: string): void => reporter.writeLine(`${reporter.style.paint('bad', '--exec:')} ${line}`)
  const deliver = (state: CommandState): Promise<string | undefined> => runCommand(words ?? [], state, env)
  const delivery = new StateDelivery({ deliver, onFailure, longestPause: LONGEST_PAUSE, clock })
  const gone = new AbortController()
  const forgetReader = whenReaderGone(stdout, () => gone.abort(new ReaderGoneError('stdout')))
  const signal = context.signal === undefined ? gone.signal : AbortSignal.any([context.signal, gone.signal])
  const resolver = await composeResolver(settings, backends)
  try {
    const { timeout } = settings
    const onEvent = (event: DiscoverEvent): void => reporter.onEvent(event)
    for await (const event of watch(resolver, cluster, { ...pace, timeout, signal, clock, onEvent })) {
      const at = new Date()
      const text = format === 'ndjson' ? ndjsonOfChange(event, at) : changeLines(event, { at, cluster, style })
      reporter.clear()
      const state = words === undefined ? undefined : stateOf(event, { at, cluster })
      if (state !== undefined) delivery.update(state)
      await writeData(stdout, text)
    }
    return exitCodeOfSignal(context.signal?.reason)
  } finally {
    forgetReader()
    delivery.stop()
    reporter.clear()
    await resolver[Symbol.asyncDispose]()
  }
}

/** Returns the subject of the watch and its default policy: that of `resolve` or of `discover`. */
function subjectOf(args: ParsedArguments) {
  const share = optionalClusterOperand(args)
  if (share !== undefined) return { ...share, policy: 'first' as const }
  if (args.options.has('bootstrap')) throw new UsageError('addresses given with -b have no names: watch CLUSTER')
  return { cluster: undefined, addresses: [], policy: 'merge' as const }
}
