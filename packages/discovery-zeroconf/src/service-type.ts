import type { Name } from '@pstorage/dns-message'

/**
 * What metadata servers are listed under in multicast DNS.
 *
 * @see RFC 6763 section 7
 */
export const SERVICE_TYPE: Name = ['_pstorage', '_tcp', 'local']

/** {@link SERVICE_TYPE} for people. */
export const SERVICE_TYPE_TEXT = '_pstorage._tcp.local'

/** What stands between a subtype and the service type. */
const SUBTYPE_LABEL = '_sub'

/** The name under which the instances of a subtype of the service are listed. */
export function subtypeName(subtype: string): Name {
  return [subtype, SUBTYPE_LABEL, ...SERVICE_TYPE]
}

/** The name under which the instances of the service are listed, or those of a subtype. */
export function instanceListName(subtype: string | undefined): Name {
  return subtype === undefined ? SERVICE_TYPE : subtypeName(subtype)
}

/**
 * The subtype of the service under which the instances of one cluster are listed; `undefined` when its name is too long for a
 * label with an underscore in front.
 *
 * @see RFC 6763 section 7.1
 */
export function clusterSubtype(cluster: string): string | undefined {
  return cluster.length < LONGEST_LABEL ? `_${cluster}` : undefined
}

const LONGEST_LABEL = 63

/** The name of an instance of the service: its label, which may hold any text, before the service type. */
export function instanceName(label: string): Name {
  return [label, ...SERVICE_TYPE]
}
