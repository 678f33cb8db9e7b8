import type { ResolvedEndpoint } from '@pstorage/discovery-core'

/**
 * Those of some endpoints that a program can connect to as they are written: a link-local address without the link as its zone
 * means another host on each. DNS has no way to say the link.
 *
 * @see RFC 4007 section 6
 */
export function connectable(endpoints: readonly ResolvedEndpoint[]): readonly ResolvedEndpoint[] {
  return endpoints.filter(({ address }) => !/^fe[89ab]/.test(address) || address.includes('%'))
}
