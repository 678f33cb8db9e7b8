import type { DiscoverEvent, QueryContext } from '@pstorage/discovery-core'
import type { BootstrapListWarningCode } from '../list/list-reader.js'
import { formatPath } from '../list/list-source.js'
import type { ListFile } from '../list/read-list-file.js'
import { type ClustersDirectory, listFileName } from './clusters-directory.js'

/**
 * The code of something that an operator should fix. Those about the text of a list come from `parseBootstrapList`.
 *
 * - `bootstrap-no-list`: a cluster's directory without a `bs.list`
 * - `bootstrap-misnamed-list`: a `bs_list`, which nothing reads
 * - `bootstrap-list-unreadable`: a list that could not be checked while listing names
 * - `bootstrap-list-too-large`: a list larger than `maxBytes`; it is not read
 * - `bootstrap-list-linked`: a list that is a link to that of another cluster; it is read
 * - `bootstrap-list-writable`, `bootstrap-list-owner`: others than root and this user can write the list; it is read
 * - `bootstrap-host-unresolved`: a host name in a list, for which no address could be found
 * - `bootstrap-name-invalid`: a directory with a list, whose name is not a valid cluster name
 * - `bootstrap-name-ambiguous`: directories whose names differ in letter case alone
 * - `bootstrap-too-many-clusters`: more than `maxClusters`; the rest is ignored
 * - `bootstrap-more-warnings`: the number of further warnings, after the first 100 of a directory
 */
export type BootstrapWarningCode =
  | BootstrapListWarningCode
  | 'bootstrap-no-list'
  | 'bootstrap-misnamed-list'
  | 'bootstrap-list-unreadable'
  | 'bootstrap-list-too-large'
  | 'bootstrap-list-linked'
  | 'bootstrap-list-writable'
  | 'bootstrap-list-owner'
  | 'bootstrap-host-unresolved'
  | 'bootstrap-name-invalid'
  | 'bootstrap-name-ambiguous'
  | 'bootstrap-too-many-clusters'
  | 'bootstrap-more-warnings'

/** A warning of the resolver, before it is emitted. */
interface BootstrapWarning {
  readonly code: BootstrapWarningCode
  /** One escaped line. */
  readonly message: string
}

const mostWarnings = 100

/** Emits the warnings about one directory, the first 100 of them. */
export class WarningLog {
  readonly #query: Pick<QueryContext<DiscoverEvent>, 'emit'>
  readonly #subject: string
  #count = 0

  /** @param subject the directory or list that the warnings are about, escaped */
  constructor(query: Pick<QueryContext<DiscoverEvent>, 'emit'>, subject: string) {
    this.#query = query
    this.#subject = subject
  }

  add(warning: BootstrapWarning): void {
    this.#count += 1
    // The message may be a getter, which is not run for warnings that are left out.
    if (this.#count > mostWarnings) return
    this.#query.emit({ type: 'warning', code: warning.code, message: warning.message })
  }

  /** Ends the log, with a warning about the number that were left out. */
  close(): void {
    const more = this.#count - mostWarnings
    if (more <= 0) return
    const message = `${this.#subject}: ${more} more ${more === 1 ? 'warning' : 'warnings'}`
    this.#query.emit({ type: 'warning', code: 'bootstrap-more-warnings', message })
  }
}

/** Describes a directory of a cluster that has no list. `name` is that of the directory. */
export async function describeMissingList(directory: ClustersDirectory, name: string): Promise<BootstrapWarning> {
  const misnamed = await describeMisnamedList(directory, name)
  if (misnamed !== undefined) return misnamed
  const path = formatPath(directory.listPath(name))
  return { code: 'bootstrap-no-list', message: `there is no ${path}; write the addresses of the cluster there` }
}

/** Describes the faults of the file of a list: its links, its mode and its owner. */
export async function describeListFile(
  directory: ClustersDirectory,
  { name, file, linkedTo }: LocatedList,
): Promise<BootstrapWarning[]> {
  const path = formatPath(directory.listPath(name))
  const warnings: BootstrapWarning[] = []
  const misnamed = await describeMisnamedList(directory, name)
  if (misnamed !== undefined) warnings.push(misnamed)
  if (linkedTo !== undefined) {
    const message = `${path} is a link into the directory of another cluster, ${formatPath(linkedTo)}`
    warnings.push({ code: 'bootstrap-list-linked', message })
  }
  // Systems without user ids have neither these permission bits nor such owners.
  const user = process.geteuid?.()
  if (user === undefined) return warnings
  if ((file.mode & writableByOthers) !== 0) {
    const mode = (file.mode & permissionBits).toString(8).padStart(4, '0')
    const message = `everybody can write ${path} (mode ${mode}), and so redirect its readers; take that away: chmod o-w`
    warnings.push({ code: 'bootstrap-list-writable', message })
  }
  if (file.uid !== 0 && file.uid !== user) {
    const message = `${path} belongs to another user (uid ${file.uid}), who can redirect its readers; give it to root: chown root`
    warnings.push({ code: 'bootstrap-list-owner', message })
  }
  return warnings
}

interface LocatedList {
  readonly name: string
  readonly file: Pick<ListFile, 'mode' | 'uid'>
  /** The cluster whose directory the list is in, when links lead to another one. */
  readonly linkedTo: string | undefined
}

const writableByOthers = 0o002
const permissionBits = 0o7777

async function describeMisnamedList(directory: ClustersDirectory, name: string): Promise<BootstrapWarning | undefined> {
  if (!(await directory.hasMisnamedList(name))) return undefined
  const message = `nothing reads ${formatPath(directory.misnamedListPath(name))}; rename it to ${listFileName}`
  return { code: 'bootstrap-misnamed-list', message }
}
