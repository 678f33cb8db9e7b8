import { type ClustersDirectory, listFileName } from './clusters-directory.js'
import type { FoundList } from './find-list.js'
import { shownPath } from './list-source.js'
import type { BootstrapWarning } from './warning-log.js'

/** What to say of a cluster's directory that has no list. `name` is that of the directory. */
export async function missingListWarning(directory: ClustersDirectory, name: string): Promise<BootstrapWarning> {
  const misnamed = await misnamedListWarning(directory, name)
  if (misnamed !== undefined) return misnamed
  const path = shownPath(directory.listPath(name))
  return { code: 'bootstrap-no-list', message: `there is no ${path}; write the addresses of the cluster there` }
}

/** What to say of a list that was read, apart from its contents. */
export async function listWarnings(
  directory: ClustersDirectory,
  { name, file, linkedTo }: Extract<FoundList, { kind: 'list' }>,
): Promise<BootstrapWarning[]> {
  const path = shownPath(directory.listPath(name))
  const warnings: BootstrapWarning[] = []
  const misnamed = await misnamedListWarning(directory, name)
  if (misnamed !== undefined) warnings.push(misnamed)
  if (linkedTo !== undefined) {
    const message = `${path} is a link into the directory of another cluster, ${shownPath(linkedTo)}`
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
    const message = `${path} belongs to user ${file.uid}, who can redirect its readers; give it to root: chown root`
    warnings.push({ code: 'bootstrap-list-owner', message })
  }
  return warnings
}

const writableByOthers = 0o002
const permissionBits = 0o7777

async function misnamedListWarning(directory: ClustersDirectory, name: string): Promise<BootstrapWarning | undefined> {
  if (!(await directory.hasMisnamedList(name))) return undefined
  const message = `nothing reads ${shownPath(directory.misnamedListPath(name))}; rename it to ${listFileName}`
  return { code: 'bootstrap-misnamed-list', message }
}
