import { clusterArgument } from './cluster-argument.js'
import type { ShareString } from './share-string.js'
import { UsageError } from './usage-error.js'
import { lastOf, type Words } from './words.js'

/** Reads the CLUSTER that a command needs, from its operand, `-c` or `PSTORAGE_NAME`. @throws UsageError */
export function clusterOperand(words: Words): ShareString {
  const { command, operands, environment } = words
  if (operands.length > 1) throw new UsageError(`${command.name} takes one cluster, and ${operands.length} were given`)
  const [argument] = operands
  return clusterArgument({
    argument,
    option: lastOf(words, 'cluster'),
    environment: environment.PSTORAGE_NAME,
    command: command.name,
  })
}
