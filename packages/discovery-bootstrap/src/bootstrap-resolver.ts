import {
  addressConcern,
  type Clock,
  checkedTime,
  checkOptionNames,
  createResolver,
  DiscoveryError,
  type Endpoint,
  formatEndpoint,
  quoteText,
  type Resolver,
} from '@pstorage/discovery-core'
import { configureDirectories } from './directory/configured-directory.js'
import { findEndpoints } from './directory/find-endpoints.js'
import { type HostLookup, systemLookup } from './directory/host-endpoints.js'
import { searchNames } from './directory/search-names.js'
import { DEFAULT_MAX_ENTRIES, validateLimit } from './list/bootstrap-list.js'
import { backendName } from './list/list-source.js'
import { validateEndpoint } from './list/read-entry.js'
import { untilAborted } from './list/read-list-file.js'
import { listChanges } from './watch/list-changes.js'

/** Options of {@link bootstrapResolver}. */
export interface BootstrapResolverOptions {
  /**
   * Directories that hold `CLUSTER/bs.list`. All are read and their results united; the lists of earlier ones come
   * first. A missing directory is an obstacle (`unavailable`). Default: `DEFAULT_DIRECTORIES`; one of these that is missing
   * is not configured (`skipped`).
   */
  readonly directories?: readonly string[] | undefined
  /**
   * Addresses of the command line, as `-b IP[:PORT]`. When there are any they are the whole answer, for any cluster: no
   * directory is read, and there are no names to discover.
   */
  readonly addresses?: readonly (string | Endpoint)[] | undefined
  /** Read lists by the grammar of the manual page alone; default false. Not for `addresses`. */
  readonly strict?: boolean | undefined
  /**
   * The treatment of host names in lists. `refuse`, the default: a host name is an invalid entry, since the manual page has
   * addresses only. `resolve`: it is looked up each time the list is read. Not for `addresses`, nor with `strict`.
   */
  readonly hostNames?: 'refuse' | 'resolve' | undefined
  /** Looks up host names; default: getaddrinfo, as other programs on this host do. */
  readonly lookup?: HostLookup | undefined
  /** The largest list that is read, in bytes; default 1 MiB. */
  readonly maxBytes?: number | undefined
  /** The most entries of a list that are read, good ones and bad ones; default 10 000. */
  readonly maxEntries?: number | undefined
  /** The most clusters of a directory that are listed; default 10 000. */
  readonly maxClusters?: number | undefined
  /**
   * The interval in milliseconds at which `changes` polls where the operating system cannot report changes: no watches are
   * left, or a directory on the way must not be read. 1 to 2 147 483 647, default 5 000.
   */
  readonly pollInterval?: number | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof BootstrapResolverOptions, 'list' | 'other'>> = {
  directories: 'list',
  addresses: 'list',
  strict: 'other',
  hostNames: 'other',
  lookup: 'other',
  maxBytes: 'other',
  maxEntries: 'other',
  maxClusters: 'other',
  pollInterval: 'other',
  clock: 'other',
}

const defaultMaxBytes = 1024 * 1024
const defaultMaxClusters = 10_000
const defaultPollInterval = 5_000

/**
 * Finds clusters in bootstrap lists: `<directory>/<CLUSTER>/bs.list`, or in addresses of the command line. With lists it
 * has `changes` too: a hint when a list, or the set of names, changes; no directory needs to exist yet.
 *
 * @throws DiscoveryError `ERR_ENDPOINT_INVALID` for an address that cannot be used, `ERR_OPTION_INVALID` for any other
 * option that cannot work; both at once.
 * @see pstorage-discovery(7), Discovery via bootstrap lists
 */
export function bootstrapResolver(options: BootstrapResolverOptions = {}): Resolver {
  checkOptionNames('bootstrapResolver', options, optionNames)
  const { strict = false, addresses = [], lookup = systemLookup, clock } = options
  const directories = configureDirectories(options.directories)
  const maxBytes = validateLimit('maxBytes', options.maxBytes ?? defaultMaxBytes)
  const maxEntries = validateLimit('maxEntries', options.maxEntries ?? DEFAULT_MAX_ENTRIES)
  const maxClusters = validateLimit('maxClusters', options.maxClusters ?? defaultMaxClusters)
  const pollInterval = checkedTime('pollInterval', options.pollInterval ?? defaultPollInterval, 1)
  const resolvesHosts = validateHostNames(options.hostNames ?? 'refuse') === 'resolve'
  if (addresses.length > 0) return addressResolver(addresses, clock)
  const listOptions = { strict, maxBytes, maxEntries, lookup: resolvesHosts && !strict ? lookup : undefined }
  return createResolver({
    name: backendName,
    clock,
    async discover(query) {
      const searches = directories.map((directory) => searchNames(directory, query, { maxClusters }))
      await untilAborted(Promise.all(searches), query.signal)
    },
    async resolve(cluster, query) {
      const searches = directories.map((directory, rank) =>
        findEndpoints({ directory, rank, cluster }, query, listOptions),
      )
      await untilAborted(Promise.all(searches), query.signal)
    },
    changes: (cluster, context) => {
      const paths = directories.map(({ path }) => path)
      return listChanges({ ...context, cluster, directories: paths, maxClusters, pollInterval })
    },
  })
}

function validateHostNames(value: 'refuse' | 'resolve'): 'refuse' | 'resolve' {
  if (value === 'refuse' || value === 'resolve') return value
  throw new DiscoveryError('ERR_OPTION_INVALID', `hostNames must be 'refuse' or 'resolve': ${quoteText(String(value))}`)
}

/** A resolver whose whole answer, for any cluster, is these addresses: each once, in their order. */
function addressResolver(addresses: readonly (string | Endpoint)[], clock: Clock | undefined): Resolver {
  const endpoints = new Map<string, Endpoint>()
  for (const address of addresses) {
    const endpoint = validateEndpoint(address)
    const key = formatEndpoint(endpoint)
    if (!endpoints.has(key)) endpoints.set(key, endpoint)
  }
  return createResolver({
    name: backendName,
    clock,
    async discover(query) {
      const attempt = query.startAttempt({ method: 'command-line', target: 'names' })
      attempt.finish('skipped', { detail: 'addresses given by hand have no cluster name' })
    },
    async resolve(cluster, query) {
      const attempt = query.startAttempt({ method: 'command-line', target: cluster })
      for (const [index, [origin, endpoint]] of [...endpoints].entries()) {
        const source = { backend: backendName, method: 'command-line', origin, ttl: null, authenticated: false }
        const concern = addressConcern(endpoint.address)
        if (concern !== undefined) {
          query.emit({ type: 'warning', code: 'bootstrap-address-local', message: `${origin} ${concern.reason}` })
        }
        query.emit({ type: 'endpoint', ...endpoint, source, preference: [index] })
      }
      attempt.finish('found', { count: endpoints.size })
    },
  })
}
