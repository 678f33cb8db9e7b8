import { join } from 'node:path'
import {
  type ClusterName,
  DEFAULT_MDS_PORT,
  type Question,
  quoteText,
  type ResolveEvent,
} from '@pstorage/discovery-core'
import { ClustersDirectory, listFileName } from './clusters-directory.js'
import { decodeList } from './decode-list.js'
import { findList } from './find-list.js'
import { emitHostEndpoints } from './host-endpoints.js'
import type { HostLookup } from './host-lookup.js'
import { faultOf, ListFault } from './list-fault.js'
import { ListReader } from './list-reader.js'
import { listSource, shownPath } from './list-source.js'
import { listWarnings, missingListWarning } from './list-warnings.js'
import { type BootstrapWarningCode, WarningLog } from './warning-log.js'

/** Where a list is looked for. */
export interface ListSearch {
  /** The clusters directory. */
  readonly path: string
  /** Where it stands among all of them, from 0: the lists of earlier ones are preferred. */
  readonly rank: number
  readonly cluster: ClusterName
}

/** How {@link findEndpoints} reads. */
export interface FindEndpointsOptions {
  readonly strict: boolean
  readonly maxBytes: number
  readonly maxEntries: number
  /** How host names in lists are looked up; `undefined`: not at all. */
  readonly lookup: HostLookup | undefined
}

/**
 * Emits the endpoints that one clusters directory has for a cluster, and the attempt.
 *
 * A list says that the cluster exists, even when it cannot be read or nothing in it can be used, and so does a directory
 * without a list: whatever `discover` names is at least known here.
 */
export async function findEndpoints(
  search: ListSearch,
  question: Question<ResolveEvent>,
  options: FindEndpointsOptions,
): Promise<void> {
  const { clock, signal } = question
  const target = shownPath(join(search.path, search.cluster, listFileName))
  const asked = question.asking({ method: 'bs-list', target })
  const warnings = new WarningLog(question, target)
  try {
    const directory = await ClustersDirectory.at(search.path)
    if (directory === undefined) return asked.ended('empty', { detail: 'not configured' })
    const witnesses = new Set<ClusterName>()
    const exists = (name: ClusterName): void => {
      if (witnesses.has(name)) return
      witnesses.add(name)
      question.emit({ type: 'cluster', name, source: listSource(directory.listPath(name)) })
    }
    const found = await findList(directory, search.cluster, { ...options, clock, signal }, exists)
    signal.throwIfAborted()
    if (found.kind === 'absent') return asked.ended('empty')
    exists(found.name)
    const path = directory.listPath(found.name)
    if (found.kind === 'no-list') {
      warnings.add(await missingListWarning(directory, found.name))
      return asked.ended('empty', { detail: `no ${listFileName}` })
    }
    for (const warning of await listWarnings(directory, found)) warnings.add(warning)
    const list = readList(found.file.bytes, path, options)
    for (const warning of list.warnings) warnings.add(warning)
    checkUsable(list)
    emitEndpoints(list, path, search.rank, question)
    const count =
      list.entries.length + (await emitHostEndpoints(list, question, { ...options, ...search, path, warnings }))
    const detail = found.name === search.cluster ? null : `spelled ${quoteText(found.name)}`
    asked.ended(count > 0 ? 'found' : 'empty', { count, detail: count > 0 ? detail : 'the list is empty' })
  } catch (error) {
    signal.throwIfAborted()
    const fault = faultOf(error)
    const code = warningCodes.get(fault.code)
    if (code !== undefined) warnings.add({ code, message: `${target}: ${fault.message}` })
    asked.ended(fault.status, { error: fault.attemptError })
  } finally {
    warnings.close()
  }
}

// Limits and choices that are not ours to make: the operator should hear of them beside the attempt.
const warningCodes: ReadonlyMap<string, BootstrapWarningCode> = new Map([
  ['ERR_LIST_TOO_LARGE', 'bootstrap-list-too-large'],
  ['ERR_NAME_AMBIGUOUS', 'bootstrap-name-ambiguous'],
])

function readList(bytes: Uint8Array, path: string, options: FindEndpointsOptions): ListReader {
  const { strict, maxEntries, lookup } = options
  const reader = new ListReader(decodeList(bytes), {
    file: shownPath(path),
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
  throw new ListFault('malformed', 'ERR_LIST_MALFORMED', `none of the ${unusable} entries of the list can be used`)
}

function emitEndpoints(list: ListReader, path: string, rank: number, question: Question<ResolveEvent>): void {
  for (const [index, { endpoint, line }] of list.entries.entries()) {
    question.emit({ type: 'endpoint', ...endpoint, source: listSource(path, line), preference: [rank, index] })
  }
}
