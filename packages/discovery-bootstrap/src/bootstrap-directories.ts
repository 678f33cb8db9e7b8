import { resolve as absolutePath } from 'node:path'
import { DiscoveryError, quoteText } from '@pstorage/discovery-core'

/** Where the lists are unless told otherwise: the directories of the product's two names. */
export const DEFAULT_DIRECTORIES: readonly string[] = ['/etc/pstorage/clusters', '/etc/vstorage/clusters']

/** The directories as absolute paths, each once. @throws DiscoveryError `ERR_OPTION_INVALID` */
export function checkedDirectories(directories: readonly string[]): readonly string[] {
  if (directories.length === 0) throw new DiscoveryError('ERR_OPTION_INVALID', 'directories must name at least one')
  for (const directory of directories) {
    if (typeof directory === 'string' && directory !== '' && !directory.includes('\0')) continue
    throw new DiscoveryError('ERR_OPTION_INVALID', `not a path of a directory: ${quoteText(String(directory))}`)
  }
  return [...new Set(directories.map((directory) => absolutePath(directory)))]
}
