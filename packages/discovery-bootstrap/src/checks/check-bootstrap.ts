import { type Clock, type ClusterName, checkOptionNames, systemClock } from '@pstorage/discovery-core'
import type { CheckDescription, Finding } from '@pstorage/discovery-core/checks'
import { configureDirectories } from '../directory/configured-directory.js'
import { checkDirectory, checkNames, directoryCheck, nameCheck } from './directory.js'
import { type DirectoryFacts, readDirectoryFacts } from './directory-facts.js'
import { addressCheck, checkEntries, syntaxCheck } from './entries.js'
import {
  checkList,
  checkMisnamedList,
  checkPermissions,
  listCheck,
  misnamedListCheck,
  permissionsCheck,
} from './list.js'

/** Options of {@link checkBootstrap}. */
export interface CheckBootstrapOptions {
  /** Directories that hold `CLUSTER/bs.list`; default: those of the resolver. */
  readonly directories?: readonly string[] | undefined
  /** Only the list of this cluster, in any letter case; default: all. */
  readonly cluster?: ClusterName | undefined
  /** Ends the checks at once; the generator rejects with its reason. */
  readonly signal?: AbortSignal | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof CheckBootstrapOptions, 'list' | 'other'>> = {
  directories: 'list',
  cluster: 'other',
  signal: 'other',
  clock: 'other',
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
 * Checks clusters directories and their lists, and yields what works, what does not, and how to fix it. Nothing is
 * changed. Each list is read once.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for an unknown option, and for directories that cannot be paths; the reason of the signal
 */
export async function* checkBootstrap(options: CheckBootstrapOptions = {}): AsyncGenerator<Finding, void, void> {
  checkOptionNames('checkBootstrap', options, optionNames)
  const { cluster, clock = systemClock, signal = new AbortController().signal } = options
  for (const directory of configureDirectories(options.directories)) {
    signal.throwIfAborted()
    yield* findingsOf(await readDirectoryFacts(directory, { cluster, maxBytes, maxClusters, clock, signal }), cluster)
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
