import { clusterArgument } from './cluster-argument.js'
import type { ShareString } from './share-string.js'
import { UsageError } from './usage-error.js'
import { lastOf, type Words } from './words.js'

/** Reads the CLUSTER that a command needs, from its operand, `-c` or `PSTORAGE_NAME`. @throws UsageError */
export function clusterOperand(words: Words): ShareString {
  return clusterOf(words, words.environment.PSTORAGE_NAME)
}

/** Reads the CLUSTER that a command can do without, from its operand or `-c` alone. @throws UsageError */
export function optionalClusterOperand(words: Words): ShareString | undefined {
  const isNamed = words.operands.length > 0 || words.options.has('cluster')
  return isNamed ? clusterOf(words, undefined) : undefined
}

function clusterOf(words: Words, environment: string | undefined): ShareString {
  const { command, operands } = words
  if (operands.length > 1) throw new UsageError(`${command.name} takes one cluster, and ${operands.length} were given`)
  const [argument] = operands
  return clusterArgument({ argument, option: lastOf(words, 'cluster'), environment, command: command.name })
}
