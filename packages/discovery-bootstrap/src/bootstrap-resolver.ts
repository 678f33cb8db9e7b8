import { type Clock, createResolver, type Endpoint, type Resolver } from '@pstorage/discovery-core'
import { checkedDirectories, DEFAULT_DIRECTORIES } from './bootstrap-directories.js'
import { DEFAULT_MAX_ENTRIES } from './bootstrap-list.js'
import { checkedChoice, checkedInterval, checkedLimit } from './checked-option.js'
import { CommandLineAddresses } from './command-line-addresses.js'
import { findEndpoints } from './find-endpoints.js'
import { type HostLookup, systemLookup } from './host-lookup.js'
import { listChanges } from './list-changes.js'
import { backendName } from './list-source.js'
import { searchNames } from './search-names.js'
import { untilAborted } from './until-aborted.js'

/** How {@link bootstrapResolver} finds clusters. */
export interface BootstrapResolverOptions {
  /**
   * Directories that hold `CLUSTER/bs.list`; default {@link DEFAULT_DIRECTORIES}. All are read, and what they say is
   * united; the lists of earlier ones come first.
   */
  readonly directories?: readonly string[] | undefined
  /**
   * Addresses given by hand, as `-b IP[:PORT]`. When there are any they are the whole answer, for any cluster: no
   * directory is read, and there are no names to discover.
   */
  readonly addresses?: readonly (string | Endpoint)[] | undefined
  /** Read lists by the grammar of the manual page alone; default false. Not for `addresses`. */
  readonly strict?: boolean | undefined
  /**
   * What becomes of a host name in a list. `refuse`, the default: it is an invalid entry, since the manual page has
   * addresses only. `resolve`: it is looked up each time the list is read. Not for `addresses`, nor where `strict` is set.
   */
  readonly hostNames?: 'refuse' | 'resolve' | undefined
  /** How host names are looked up; default: by getaddrinfo, as other programs on this host do it. */
  readonly lookup?: HostLookup | undefined
  /** The largest list that is read, in bytes; default 1 MiB. */
  readonly maxBytes?: number | undefined
  /** How many entries of a list are read, good ones and bad ones; default 10 000. */
  readonly maxEntries?: number | undefined
  /** How many clusters are taken from a directory; default 10 000. */
  readonly maxClusters?: number | undefined
  /**
   * How often, in milliseconds, `changes` looks for them where the operating system cannot tell of them: no watches are
   * left, or a directory on the way must not be read. 1 to 2 147 483 647, default 5 000.
   */
  readonly pollInterval?: number | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
}

const defaultMaxBytes = 1024 * 1024
const defaultMaxClusters = 10_000
const defaultPollInterval = 5_000

/**
 * Finds clusters in bootstrap lists: `<directory>/<CLUSTER>/bs.list`, or addresses given by hand. With lists it has
 * `changes` too: a hint when a list, or the set of names, has become another; it needs no directory to be there yet.
 *
 * @throws DiscoveryError `ERR_ENDPOINT_INVALID` for an address that cannot be used, `ERR_OPTION_INVALID` for any other
 * option that cannot work; both at once.
 * @see pstorage-discovery(7), Discovery via bootstrap lists
 */
export function bootstrapResolver(options: BootstrapResolverOptions = {}): Resolver {
  const { strict = false, addresses = [], lookup = systemLookup, clock } = options
  const directories = checkedDirectories(options.directories ?? DEFAULT_DIRECTORIES)
  const maxBytes = checkedLimit('maxBytes', options.maxBytes ?? defaultMaxBytes)
  const maxEntries = checkedLimit('maxEntries', options.maxEntries ?? DEFAULT_MAX_ENTRIES)
  const maxClusters = checkedLimit('maxClusters', options.maxClusters ?? defaultMaxClusters)
  const pollInterval = checkedInterval('pollInterval', options.pollInterval ?? defaultPollInterval)
  const hostNames = checkedChoice('hostNames', options.hostNames ?? 'refuse', ['refuse', 'resolve'])
  const reading = { strict, maxBytes, maxEntries, lookup: hostNames === 'resolve' && !strict ? lookup : undefined }
  if (addresses.length > 0) {
    const byHand = new CommandLineAddresses(addresses)
    return createResolver({
      name: backendName,
      clock,
      discover: async (question) => byHand.discover(question),
      resolve: async (cluster, question) => byHand.resolve(cluster, question),
    })
  }

  return createResolver({
    name: backendName,
    clock,
    async discover(question) {
      const searches = directories.map((path) => searchNames(path, question, { maxClusters }))
      await untilAborted(Promise.all(searches), question.signal)
    },
    async resolve(cluster, question) {
      const searches = directories.map((path, rank) => findEndpoints({ path, rank, cluster }, question, reading))
      await untilAborted(Promise.all(searches), question.signal)
    },
    changes: (cluster, watching) => listChanges({ ...watching, cluster, directories, maxClusters, pollInterval }),
  })
}
