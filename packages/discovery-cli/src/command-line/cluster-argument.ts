import { canonicalAddress, clusterNameKey, quoteText } from '@pstorage/discovery-core'
import { parseNameAlone, parseShareString, type ShareString, type ShareStringFault } from './share-string.js'
import { UsageError } from './usage-error.js'

/** Where the cluster may be written. */
export interface ClusterSpellings {
  readonly argument?: string | undefined
  /** `-c`, `--cluster`. */
  readonly option?: string | undefined
  /** `PSTORAGE_NAME`; empty is not set. */
  readonly environment?: string | undefined
  /** The command that needs it; default `resolve`. */
  readonly command?: string | undefined
}

const scheme = /^[pv]storage:\/\//i
const nameAndDomain = /^([A-Za-z0-9_-]{1,63})\.([A-Za-z0-9_-][A-Za-z0-9_.-]{0,251})$/

/**
 * Finds and checks the name of the cluster: the argument before `-c` before `PSTORAGE_NAME`, each as `NAME`,
 * `pstorage://NAME`, `vstorage://NAME` or a share string, whose addresses come with it.
 *
 * @throws UsageError when there is none, when argument and `-c` differ, and when one is wrong. No password is in it.
 */
export function clusterArgument({ argument, option, environment, command = 'resolve' }: ClusterSpellings): ShareString {
  const typed = [argument, option].flatMap((text) => (text === undefined ? [] : [checked(text, '')]))
  const [first, second] = typed
  if (first !== undefined && second !== undefined && clusterNameKey(first.cluster) !== clusterNameKey(second.cluster)) {
    throw new UsageError(
      `two different clusters were given: ${quoteText(first.cluster)} and -c ${quoteText(second.cluster)}`,
    )
  }
  if (first !== undefined) return { ...first, addresses: typed.flatMap(({ addresses }) => addresses) }
  if (environment) return checked(environment, 'PSTORAGE_NAME: ')
  throw new UsageError(`which cluster? Name it: ${command} CLUSTER, -c CLUSTER, or PSTORAGE_NAME in the environment`)
}

function checked(text: string, place: string): ShareString {
  const name = text.replace(scheme, '')
  const parsed = name === text ? parseShareString(text) : parseNameAlone(name)
  if (!('fault' in parsed)) return parsed
  throw new UsageError(`${place}${claim(parsed)}: ${hint(name, parsed) ?? parsed.fault}`)
}

function claim({ part, text }: ShareStringFault): string {
  const quoted = quoteText(text, { maxLength: 80 })
  switch (part) {
    case 'address':
      return `invalid address ${quoted} in a share string`
    case 'name':
      return `invalid cluster name ${quoted}`
    case 'password':
      return `invalid password of cluster ${quoted}`
  }
}

function hint(whole: string, { part, text }: ShareStringFault): string | undefined {
  if (part !== 'name') return undefined
  if (canonicalAddress(whole) !== undefined || canonicalAddress(text) !== undefined) {
    return 'it is an address; name the cluster, and give the address with -b'
  }
  const [, cluster, domain] = nameAndDomain.exec(text) ?? []
  if (cluster === undefined || domain === undefined) return undefined
  return `a cluster name has no dots; did you mean -c ${cluster} --domain ${domain}`
}
