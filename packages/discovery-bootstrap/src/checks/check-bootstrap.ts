import { type Clock, type ClusterName, systemClock } from '@pstorage/discovery-core'
import type { CheckDescription, Finding } from '@pstorage/discovery-core/checks'
import { checkedDirectories, DEFAULT_DIRECTORIES } from '../bootstrap-directories.js'
import { checkDirectory, directoryCheck } from './directory.js'
import { addressCheck, checkEntries, syntaxCheck } from './entries.js'
import { checkList, checkMisnamedList, listCheck, misnamedListCheck } from './list.js'
import { type DirectoryFacts, directoryFacts } from './list-facts.js'
import { checkNames, nameCheck } from './names.js'
import { checkPermissions, permissionsCheck } from './permissions.js'

/** Which lists {@link checkBootstrap} looks at. All of it is optional. */
export interface CheckBootstrapOptions {
  /** Directories that hold `CLUSTER/bs.list`; default: those of the resolver. */
  readonly directories?: readonly string[] | undefined
  /** Only the list of this cluster, in any letter case; default: all. */
  readonly cluster?: ClusterName | undefined
  /** Ends it at once; rejects with its reason. */
  readonly signal?: AbortSignal | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
}

/** All checks of bootstrap lists, in the order in which they are made. */
export const bootstrapChecks: readonly CheckDescription[] = [
  directoryCheck,
  nameCheck,
  listCheck,
  misnamedListCheck,
  permissionsCheck,
  syntaxCheck,
  addressCheck,
]

const maxBytes = 1024 * 1024
const maxClusters = 10_000

/**
 * Looks at clusters directories and their lists, and says what works, what does not, and how to mend it. Nothing is
 * changed. Each list is read once.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for directories that cannot be paths; the reason of the signal
 */
export async function* checkBootstrap(options: CheckBootstrapOptions = {}): AsyncGenerator<Finding, void, void> {
  const { cluster, clock = systemClock, signal = new AbortController().signal } = options
  const directories = checkedDirectories(options.directories ?? DEFAULT_DIRECTORIES)
  for (const path of directories) {
    signal.throwIfAborted()
    yield* findingsOf(await directoryFacts(path, { cluster, maxBytes, maxClusters, clock, signal }), cluster)
  }
}

function* findingsOf(facts: DirectoryFacts, wanted: ClusterName | undefined): Iterable<Finding> {
  const user = process.geteuid?.()
  yield* checkDirectory(facts, wanted)
  yield* checkNames(facts)
  for (const list of facts.lists) {
    yield* checkList(list)
    yield* checkMisnamedList(list)
    yield* checkPermissions(list, user)
    yield* checkEntries(list)
  }
}
