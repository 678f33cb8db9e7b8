import type { Name } from '@pstorage/dns-message'

/**
 * What metadata servers are listed under in multicast DNS.
 *
 * @see RFC 6763 section 7
 */
export const SERVICE_TYPE: Name = ['_pstorage', '_tcp', 'local']

/** {@link SERVICE_TYPE} for people. */
export const SERVICE_TYPE_TEXT = '_pstorage._tcp.local'

/** The name of an instance of the service: its label, which may hold any text, before the service type. */
export function instanceName(label: string): Name {
  return [label, ...SERVICE_TYPE]
}
