import {
  type ClusterName,
  type ClusterWatchEvent,
  type DiscoverEvent,
  type EndpointWatchEvent,
  type Resolver,
  watch,
} from '@pstorage/discovery-core'
import { backendLoaders } from '../ask/backends.js'
import { composeResolver } from '../ask/compose.js'
import { keyWithoutEffect } from '../ask/key-without-effect.js'
import { optionalClusterOperand } from '../command-line/cluster-operand.js'
import { askSettings, formatOf, printSettings } from '../command-line/settings.js'
import { UsageError } from '../command-line/usage-error.js'
import type { Words } from '../command-line/words.js'
import type { RunCommand } from '../commands/command.js'
import { exitCodeOfSignal } from '../exit-code.js'
import type { RunCliOptions } from '../run.js'
import type { Pen } from '../terminal/attempt-line.js'
import { paintFor } from '../terminal/paint.js'
import { StatusLine } from '../terminal/status-line.js'
import { terminalText } from '../terminal/terminal-text.js'
import { writeData } from '../terminal/write-data.js'
import { changeLines } from './change-lines.js'
import { ndjsonOfChange } from './change-ndjson.js'

/**
 * How often is asked, in milliseconds: for one person who looks on, more often than a service does. Where nobody could be
 * asked it still is not more than each 30 s (RFC 8767 section 5).
 */
const pace = { floor: 5_000, retry: 30_000, retryCeiling: 60_000 }

/** `watch`: prints changes until a signal comes or the reader has gone. */
export const runWatch: RunCommand = async (words, options) => {
  const { cluster, policy, addresses } = subjectOf(words)
  const { quiet, verbose, noColor } = printSettings(words)
  const settings = askSettings(words, { policy, addresses })
  const format = formatOf(words)
  const { env, stdout, stderr, backends = backendLoaders } = options

  const pen: Pen = { paint: paintFor(stderr, env, noColor), show: terminalText(env) }
  const data: Pen = { paint: paintFor(stdout, env, noColor), show: pen.show }
  const asking = stderr.isTTY === true && env.TERM !== 'dumb'
  // The attempts of every round would drown the changes: the lines that tell of staleness say why.
  const status = quiet ? undefined : new StatusLine({ stream: stderr, pen, attempts: verbose, asking })
  const unsigned = cluster === undefined ? [] : keyWithoutEffect(settings.settings)
  for (const warning of unsigned) status?.hear({ type: 'warning', ...warning })
  const resolver = await composeResolver(settings, backends)
  try {
    for await (const event of changesOf(resolver, cluster, { ...settings, ...options }, status)) {
      const at = new Date()
      const text = format === 'ndjson' ? ndjsonOfChange(event, at) : changeLines(event, { at, cluster, pen: data })
      status?.clear()
      await writeData(stdout, text)
    }
    return exitCodeOfSignal(options.signal?.reason)
  } finally {
    status?.clear()
    await resolver[Symbol.asyncDispose]()
  }
}

/** What is watched, and how it is asked for unless told otherwise: as `resolve` or as `discover` does. */
function subjectOf(words: Words) {
  const share = optionalClusterOperand(words)
  if (share !== undefined) return { ...share, policy: 'first' as const }
  if (words.options.has('bootstrap')) throw new UsageError('addresses given with -b have no names: watch CLUSTER')
  return { cluster: undefined, addresses: [], policy: 'merge' as const }
}

function changesOf(
  resolver: Resolver,
  cluster: ClusterName | undefined,
  { timeout, signal, clock }: Pick<RunCliOptions, 'signal' | 'clock'> & { readonly timeout: number },
  status: StatusLine | undefined,
): AsyncIterable<EndpointWatchEvent | ClusterWatchEvent> {
  const onEvent = (event: DiscoverEvent): void => status?.hear(event)
  return watch(resolver, cluster, { ...pace, timeout, signal, clock, onEvent })
}
