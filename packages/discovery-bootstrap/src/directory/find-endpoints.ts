import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ClusterName,
  DEFAULT_MDS_PORT,
  type QueryContext,
  quoteText,
  type ResolveEvent,
} from '@pstorage/discovery-core'
import { decodeList } from '../list/bootstrap-list.js'
import { errorCode, faultOf, ListFault } from '../list/list-fault.js'
import { ListReader } from '../list/list-reader.js'
import { formatPath, listSource } from '../list/list-source.js'
import { type ListFile, type ReadListFileOptions, readListFile } from '../list/read-list-file.js'
import { type BootstrapWarningCode, describeListFile, describeMissingList, WarningLog } from './bootstrap-warnings.js'
import { type ClustersDirectory, directoryChanging, type ListLocation, listFileName } from './clusters-directory.js'
import { type ConfiguredDirectory, openDirectory } from './configured-directory.js'
import { emitHostEndpoints, type HostLookup } from './host-endpoints.js'

interface ListSearch {
  readonly directory: ConfiguredDirectory
  /** Its position among all directories, from 0: the lists of earlier ones are preferred. */
  readonly rank: number
  readonly cluster: ClusterName
}

interface FindEndpointsOptions {
  readonly strict: boolean
  readonly maxBytes: number
  readonly maxEntries: number
  /** Looks up the host names of lists; `undefined`: they are not read. */
  readonly lookup: HostLookup | undefined
}

/**
 * Emits the endpoints that one clusters directory has for a cluster, and the attempt.
 *
 * A list shows that the cluster exists, even when it cannot be read or has no usable entry, and so does a directory
 * without a list: every cluster that `discover` names is at least known here.
 */
export async function findEndpoints(
  search: ListSearch,
  query: QueryContext<ResolveEvent>,
  options: FindEndpointsOptions,
): Promise<void> {
  const { clock, signal } = query
  const target = formatPath(join(search.directory.path, search.cluster, listFileName))
  const attempt = query.startAttempt({ method: 'bs-list', target })
  const warnings = new WarningLog(query, target)
  try {
    const directory = await openDirectory(search.directory, query)
    if (directory === undefined) return attempt.finish('skipped', { detail: 'not configured' })
    const existing = new Set<ClusterName>()
    const emitExistence = (name: ClusterName): void => {
      if (existing.has(name)) return
      existing.add(name)
      query.emit({ type: 'cluster', name, source: listSource(directory.listPath(name)) })
    }
    const result = await findList(directory, search.cluster, { ...options, clock, signal }, emitExistence)
    signal.throwIfAborted()
    if (result.kind === 'absent') return attempt.finish('empty')
    emitExistence(result.name)
    const path = directory.listPath(result.name)
    if (result.kind === 'no-list') {
      warnings.add(await describeMissingList(directory, result.name))
      return attempt.finish('empty', { detail: `no ${listFileName}` })
    }
    for (const warning of await describeListFile(directory, result)) warnings.add(warning)
    const list = readList(result.file.bytes, path, options)
    for (const warning of list.warnings) warnings.add(warning)
    checkUsable(list)
    emitEndpoints(list, path, search.rank, query)
    const count =
      list.entries.length + (await emitHostEndpoints(list, query, { ...options, rank: search.rank, path, warnings }))
    const detail = result.name === search.cluster ? null : `spelled ${quoteText(result.name)}`
    attempt.finish(count > 0 ? 'found' : 'empty', { count, detail: count > 0 ? detail : 'the list is empty' })
  } catch (error) {
    signal.throwIfAborted()
    const fault = faultOf(error)
    const code = warningCodes.get(fault.code)
    if (code !== undefined) warnings.add({ code, message: `${target}: ${fault.message}` })
    attempt.finish(fault.status, { error: fault.attemptError })
  } finally {
    warnings.close()
  }
}

// These need a decision of the operator, who gets a warning beside the attempt.
const warningCodes: ReadonlyMap<string, BootstrapWarningCode> = new Map([
  ['ERR_LIST_TOO_LARGE', 'bootstrap-list-too-large'],
  ['ERR_NAME_AMBIGUOUS', 'bootstrap-name-ambiguous'],
])

function readList(bytes: Uint8Array, path: string, options: FindEndpointsOptions): ListReader {
  const { strict, maxEntries, lookup } = options
  const reader = new ListReader(decodeList(bytes), {
    file: formatPath(path),
    strict,
    defaultPort: strict ? null : DEFAULT_MDS_PORT,
    maxEntries,
    hostNames: lookup !== undefined,
  })
  reader.readAll()
  return reader
}

function checkUsable({ entries, hosts, warnings }: ListReader): void {
  const unusable = warnings.filter(({ code }) => code !== 'bootstrap-comment-trailing').length
  if (entries.length + hosts.length > 0 || unusable === 0) return
  const which = unusable === 1 ? 'its only entry cannot be used' : `none of its ${unusable} entries can be used`
  throw new ListFault('malformed', 'ERR_LIST_MALFORMED', which)
}

function emitEndpoints(list: ListReader, path: string, rank: number, query: QueryContext<ResolveEvent>): void {
  for (const [index, { endpoint, line }] of list.entries.entries()) {
    query.emit({ type: 'endpoint', ...endpoint, source: listSource(path, line), preference: [rank, index] })
  }
}

/** The result of {@link findList}; `name` is spelled as in the directory. */
type ListResult =
  | {
      readonly kind: 'list'
      readonly name: ClusterName
      readonly file: ListFile
      /** The cluster whose directory the list is in, when links lead to another one. */
      readonly linkedTo: string | undefined
    }
  | { readonly kind: 'no-list'; readonly name: ClusterName }
  | { readonly kind: 'absent' }

/**
 * Finds the list of a cluster and reads it: the exact spelling first, else the one that differs in case alone. It is
 * `absent` only when the directory did not change meanwhile.
 *
 * @param onLocated called when there is a file, before it is read: the cluster exists, even if the file cannot be read
 */
async function findList(
  directory: ClustersDirectory,
  cluster: ClusterName,
  options: ReadListFileOptions,
  onLocated: (name: ClusterName) => void,
): Promise<ListResult> {
  for (let tries = 1; ; tries += 1) {
    const { name, location } = await locate(directory, cluster, options.signal)
    if (location.kind === 'absent' && (await directory.hasChanged(options))) {
      if (tries === mostTries) throw directoryChanging()
      continue
    }
    if (location.kind !== 'list') return { kind: location.kind, name }
    try {
      const file = await readOrLocate(location.realPath, { ...options, onOpened: () => onLocated(name) })
      return { kind: 'list', name, file, linkedTo: location.linkedTo }
    } catch (error) {
      if (tries === mostTries || !wasReplaced(error)) throw error
    }
  }
}

const mostTries = 3

async function locate(
  directory: ClustersDirectory,
  cluster: ClusterName,
  signal: AbortSignal,
): Promise<{ readonly name: ClusterName; readonly location: ListLocation }> {
  const location = await directory.locateList(cluster)
  if (location.kind !== 'absent') return { name: cluster, location }
  const other = await directory.findOtherCase(cluster, signal)
  return other === undefined
    ? { name: cluster, location }
    : { name: other, location: await directory.locateList(other) }
}

/** Reads a file; one that exists and cannot be opened is reported as located too. */
async function readOrLocate(path: string, options: ReadListFileOptions): Promise<ListFile> {
  try {
    return await readListFile(path, options)
  } catch (error) {
    if ((await stat(path)).isFile()) options.onOpened?.()
    throw error
  }
}

/** Returns true when the file existed when it was located, and was gone or a link when it was opened. */
function wasReplaced(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ELOOP'
}
