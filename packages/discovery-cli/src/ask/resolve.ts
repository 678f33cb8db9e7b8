import { clusterOperand } from '../command-line/cluster-operand.js'
import { parseCount, parseSeconds } from '../command-line/option-values.js'
import { askSettings, formatOf, printSettings } from '../command-line/settings.js'
import { lastOf } from '../command-line/words.js'
import type { RunCommand } from '../commands/command.js'
import { inquire } from './inquire.js'

/** `resolve`. */
export const runResolve: RunCommand = async (words, options) => {
  const { cluster, addresses } = clusterOperand(words)
  const [minEndpoints, wait] = [lastOf(words, 'min-endpoints'), lastOf(words, 'wait')]
  const inquiry = {
    command: 'resolve' as const,
    cluster,
    minEndpoints: minEndpoints === undefined ? 1 : parseCount('min-endpoints', minEndpoints),
    wait: wait === undefined ? undefined : parseSeconds('wait', wait),
    probe: words.options.has('probe'),
    ...printSettings(words),
    ...askSettings(words, { policy: 'first', addresses }),
    format: formatOf(words),
  }
  return inquire(inquiry, options)
}
