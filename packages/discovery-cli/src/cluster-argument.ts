import {
  type ClusterName,
  canonicalAddress,
  clusterNameFault,
  parseClusterName,
  quoteText,
} from '@pstorage/discovery-core'
import { UsageError } from './usage-error.js'

/** Where the name of the cluster may be written. */
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
 * `pstorage://NAME` or `vstorage://NAME`.
 *
 * @throws UsageError when there is none, when argument and `-c` differ, and when the name breaks the rule.
 */
export function clusterArgument({ argument, option, environment, command = 'resolve' }: ClusterSpellings): ClusterName {
  if (argument !== undefined && option !== undefined && withoutScheme(argument) !== withoutScheme(option)) {
    throw new UsageError(`two different clusters were given: ${shown(argument)} and -c ${shown(option)}`)
  }
  const typed = argument ?? option
  if (typed !== undefined) return checkedName(typed, '')
  if (environment) return checkedName(environment, 'PSTORAGE_NAME: ')
  throw new UsageError(`which cluster? Name it: ${command} CLUSTER, -c CLUSTER, or PSTORAGE_NAME in the environment`)
}

function checkedName(text: string, place: string): ClusterName {
  const name = withoutScheme(text)
  const fault = clusterNameFault(name)
  if (fault !== undefined) throw new UsageError(`${place}invalid cluster name ${shown(text)}: ${hint(name) ?? fault}`)
  return parseClusterName(name)
}

function withoutScheme(text: string): string {
  return text.replace(scheme, '')
}

/** The name in quotes. What follows a colon may be the password of a share string, and is never shown. */
function shown(text: string): string {
  const name = withoutScheme(text)
  const colon = name.indexOf(':')
  return quoteText(colon < 0 ? name : `${name.slice(0, colon)}:...`, { maxLength: 80 })
}

function hint(name: string): string | undefined {
  if (canonicalAddress(name) !== undefined) return 'it is an address; name the cluster, and give the address with -b'
  const [, cluster, domain] = nameAndDomain.exec(name) ?? []
  if (cluster === undefined || domain === undefined) return undefined
  return `a cluster name has no dots; did you mean -c ${cluster} --domain ${domain}`
}
