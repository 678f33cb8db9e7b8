import { type ClusterName, clusterNameFault, escapeText, parseClusterName, quoteText } from '@pstorage/discovery-core'
import { utf8Label } from '@pstorage/dns-message'
import type { TextRecord } from './multicast-record.js'

/** The cluster that an instance belongs to, or why that cannot be said: a phrase, escaped. */
export type InstanceCluster =
  | { readonly name: ClusterName; readonly fault?: undefined }
  | { readonly name?: undefined; readonly fault: string }

/**
 * Reads the cluster name of an instance: the value of the TXT key `cluster`, else the instance name itself without what
 * was added to it to tell it from another of the same name: `my-cluster #2`, `my-cluster (2)`.
 *
 * The key without `=` says nothing; the key with an empty value says something wrong, and nothing is guessed instead.
 *
 * @param label the label of the instance, an octet a character
 * @see RFC 6763 section 6.4, RFC 6762 section 9
 */
export function instanceCluster(label: string, { cluster }: Pick<TextRecord, 'cluster'>): InstanceCluster {
  const instance = utf8Label(label)
  if (instance === undefined) return { fault: 'its name is not UTF-8 text' }
  if (CONTROL_CHARACTER.test(instance)) return { fault: 'its name has control characters' }
  const text = cluster ?? instance.replace(CONFLICT_SUFFIX, '')
  const fault = clusterNameFault(text)
  if (fault === undefined) return { name: parseClusterName(text) }
  const where = cluster === null ? 'its name' : 'its TXT key "cluster"'
  return { fault: `${where} is no cluster name, ${quoteText(text, { maxLength: 80 })}: ${fault}` }
}

/** The name of an instance as people read it, escaped. */
export function instanceText(label: string): string {
  return escapeText(utf8Label(label) ?? label)
}

// RFC 6763 section 4.1.1 forbids them in instance names.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL_CHARACTER = /[\x00-\x1f\x7f]/

/** As Avahi (`#2`) and Bonjour (`(2)`) add it. */
const CONFLICT_SUFFIX = / (?:#\d{1,9}|\(\d{1,9}\))$/
