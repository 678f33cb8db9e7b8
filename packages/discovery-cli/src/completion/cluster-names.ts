import { type ClusterName, clusterNameFault, discoverClusters } from '@pstorage/discovery-core'
import { backendLoaders } from '../ask/backends.js'
import { composeResolver } from '../ask/compose.js'
import { parseArguments } from '../command-line/arguments.js'
import { askOptions } from '../command-line/option-table.js'
import { askSettings } from '../command-line/settings.js'
import { discover } from '../commands/discover.js'
import type { RunCliOptions } from '../run.js'

/** Whoever presses the tabulator waits no longer than this, in milliseconds. */
const PATIENCE = 1_000

/**
 * The names of the clusters that can be learnt at once: as the options say that were typed so far. Unless they name
 * backends, multicast is left out, since it has to be listened to for a second.
 */
export async function clusterNames(given: readonly string[], options: RunCliOptions): Promise<readonly ClusterName[]> {
  const parsed = parseArguments(given)
  const ofQuestion = new Map([...parsed.options].filter(([name]) => askOptions.includes(name)))
  const words = { command: discover, operands: [], options: ofQuestion, environment: options.env }
  const settings = askSettings(words, { policy: 'merge' })
  const backends = ofQuestion.has('backend') ? settings.backends : (['dns', 'bootstrap'] as const)
  const resolver = await composeResolver({ ...settings, backends }, options.backends ?? backendLoaders)
  try {
    const query = { timeout: Math.min(settings.timeout, PATIENCE), signal: options.signal }
    const { clusters } = await discoverClusters(resolver, query)
    return clusters.map(({ name }) => name).filter((name) => clusterNameFault(name) === undefined)
  } finally {
    await resolver[Symbol.asyncDispose]()
  }
}
