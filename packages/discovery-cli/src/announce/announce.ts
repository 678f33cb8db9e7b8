import { clusterOperand } from '../command-line/cluster-operand.js'
import { checkedAddress } from '../command-line/option-values.js'
import { printSettings } from '../command-line/settings.js'
import { UsageError } from '../command-line/usage-error.js'
import { allOf } from '../command-line/words.js'
import type { RunCommand } from '../commands/command.js'
import { announceCluster } from './announce-cluster.js'

/** `announce`. */
export const runAnnounce: RunCommand = async (words, options) => {
  const { cluster, addresses: ofShare } = clusterOperand(words)
  if (ofShare.length > 0) throw new UsageError('the addresses of a share string go with resolve; announce has -a')
  const addresses = allOf(words, 'address').map((text) => checkedAddress('-a', text))
  const interfaces = allOf(words, 'interface')
  return announceCluster({ cluster, addresses, interfaces, ...printSettings(words) }, options)
}
