import type { Name } from '@pstorage/dns-message'

/**
 * The service type of metadata servers in multicast DNS.
 *
 * @see RFC 6763 section 7
 */
export const SERVICE_TYPE: Name = ['_pstorage', '_tcp', 'local']

/** The first label of {@link SERVICE_TYPE} on the wire, with its length. */
export const SERVICE_LABEL = '\x09_pstorage'

/** The name that lists the service types of a link, which all DNS-SD responders answer (RFC 6763 section 9). */
export const SERVICE_ENUMERATION: Name = ['_services', '_dns-sd', '_udp', 'local']

/** {@link SERVICE_TYPE} as text. */
export const SERVICE_TYPE_TEXT = '_pstorage._tcp.local'

/** The label between a subtype and the service type. */
const SUBTYPE_LABEL = '_sub'

/** Returns the name that lists the instances of a subtype of the service. */
export function subtypeName(subtype: string): Name {
  return [subtype, SUBTYPE_LABEL, ...SERVICE_TYPE]
}

/** Returns the name that lists the instances of the service, or those of a subtype. */
export function instanceListName(subtype: string | undefined): Name {
  return subtype === undefined ? SERVICE_TYPE : subtypeName(subtype)
}

/**
 * Returns the subtype of a cluster; `undefined` when its name is too long for a label with an underscore in front.
 *
 * @see RFC 6763 section 7.1
 */
export function clusterSubtype(cluster: string): string | undefined {
  return cluster.length < LONGEST_LABEL ? `_${cluster}` : undefined
}

const LONGEST_LABEL = 63

/** Returns the name of an instance of the service: its label, which may hold any text, before the service type. */
export function instanceName(label: string): Name {
  return [label, ...SERVICE_TYPE]
}
