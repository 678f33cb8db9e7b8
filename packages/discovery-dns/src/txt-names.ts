import {
  type ClusterName,
  clusterNameFault,
  clusterNameKey,
  parseClusterName,
  quoteText,
  type Warning,
} from '@pstorage/discovery-core'
import { WarningList } from './warning-list.js'

/** The longest character-string (RFC 1035 section 3.3). */
const FULL_STRING = 255

/** What TXT records say about cluster names. */
export interface TxtNames {
  /** Each once, in the order and with the spelling in which they first came. */
  readonly names: readonly ClusterName[]
  readonly warnings: readonly Warning[]
}

/**
 * Reads the cluster names of TXT records: several records, each of several character-strings, each a comma-separated list
 * of its own. The strings of a record are not joined, or `"a,b" "c,d"` would name a cluster `bc`.
 *
 * @param strings the character-strings of all records
 * @param owner where they stand, for warnings
 * @see pstorage-discovery(7), Discover available Pstorage clusters via DNS TXT records
 */
export function namesOfTxt(strings: readonly Uint8Array[], owner: string): TxtNames {
  const names = new Map<string, ClusterName>()
  const found = new WarningList(owner)
  const spelling = (name: ClusterName): void => {
    const known = names.get(clusterNameKey(name))
    if (known === undefined) names.set(clusterNameKey(name), name)
    else if (known !== name) {
      found.add(
        'txt-name-case',
        `${known} and ${name} differ in case only, which DNS cannot tell apart; ${known} is shown`,
      )
    }
  }
  for (const string of strings) {
    const text = Buffer.from(string.buffer, string.byteOffset, string.length).toString('utf8')
    if (string.length === FULL_STRING && !text.endsWith(',')) {
      const fault = `a string of exactly ${FULL_STRING} octets may have cut its last name; split it at a comma`
      found.add('txt-string-full', fault)
    }
    for (const item of text.split(',')) {
      const name = item.replace(/^[ \t]+|[ \t]+$/g, '')
      if (name === '') continue
      const fault = clusterNameFault(name)
      if (fault === undefined) spelling(parseClusterName(name))
      else found.add('txt-name-invalid', `${quoteText(name, { maxLength: 80 })} is not a cluster name: ${fault}`)
    }
  }
  return { names: [...names.values()], warnings: found.warnings }
}
