import {
  type ClusterName,
  clusterNameFault,
  clusterNameKey,
  escapeText,
  parseClusterName,
  quoteText,
} from '@pstorage/discovery-core'
import { utf8Label } from '@pstorage/dns-message'
import type { TextRecord } from './multicast-record.js'

/** The cluster of an instance, or the reason why it has none: a phrase, escaped. */
type InstanceCluster =
  | { readonly name: ClusterName; readonly fault?: undefined }
  | { readonly name?: undefined; readonly fault: string }

/**
 * Reads the cluster name of an instance: the value of the TXT key `cluster`, else the instance name without the suffix
 * of a name conflict: `my-cluster #2`, `my-cluster (2)`.
 *
 * The key without `=` counts as missing; the key with an empty value is an error, and the name is not used instead.
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

/** Returns the cluster of an instance. One without TXT record counts as one with an empty record (RFC 6763 section 6.1). */
export function clusterOf({
  label,
  text,
}: {
  readonly label: string
  readonly text: { readonly record: Pick<TextRecord, 'cluster'> } | undefined
}): InstanceCluster {
  return instanceCluster(label, text?.record ?? { cluster: null })
}

/** Returns the key of the cluster of an instance; `undefined` without a valid name. */
export function clusterKey(instance: Parameters<typeof clusterOf>[0]): string | undefined {
  const { name } = clusterOf(instance)
  return name && clusterNameKey(name)
}

/** Returns the name of an instance as people read it, escaped. */
export function instanceText(label: string): string {
  return escapeText(utf8Label(label) ?? label)
}

// RFC 6763 section 4.1.1 forbids them in instance names.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL_CHARACTER = /[\x00-\x1f\x7f]/

/** The suffixes of Avahi (`#2`) and Bonjour (`(2)`). */
const CONFLICT_SUFFIX = / (?:#\d{1,9}|\(\d{1,9}\))$/

/**
 * The instances of each cluster, by their keys: a superset, since records expire between two sweeps. An instance is in
 * the clusters of all its TXT records, several in a conflict, and if it is listed in that of its own name.
 */
export class ClusterIndex {
  /** The listed instances without a TXT record: theirs may be any cluster. */
  readonly unnamed: Set<string> = new Set()
  readonly #instances = new Map<string, Set<string>>()
  readonly #clusters = new Map<string, readonly string[]>()

  instancesOf(cluster: string): Set<string> {
    return this.#instances.get(cluster) ?? new Set()
  }

  clustersOf(instance: string): readonly string[] {
    return this.#clusters.get(instance) ?? []
  }

  /** Replaces what is known of an instance, and returns its clusters before and after; `undefined` where that is any. */
  update(
    instance: string,
    label: string,
    { isListed, texts }: { readonly isListed: boolean; readonly texts: readonly TextRecord[] },
  ): readonly string[] | undefined {
    const names = [...texts, ...(isListed ? [WITHOUT_NAME] : [])]
    const after = new Set(names.flatMap((record) => clusterKey({ label, text: { record } }) ?? []))
    const gone = this.clustersOf(instance).filter((cluster) => !after.has(cluster))
    for (const cluster of gone) this.#remove(cluster, instance)
    for (const cluster of after) this.#instances.set(cluster, this.instancesOf(cluster).add(instance))
    if (after.size > 0) this.#clusters.set(instance, [...after])
    else this.#clusters.delete(instance)
    const wasUnnamed = this.unnamed.delete(instance)
    const isUnnamed = isListed && texts.length === 0
    if (isUnnamed) this.unnamed.add(instance)
    return wasUnnamed || isUnnamed ? undefined : [...gone, ...after]
  }

  #remove(cluster: string, instance: string): void {
    const instances = this.instancesOf(cluster)
    instances.delete(instance)
    if (instances.size === 0) this.#instances.delete(cluster)
  }
}

const WITHOUT_NAME = { cluster: null }
