import { type AttemptError, escapeText } from '@pstorage/discovery-core'
import { type ListeningPlace, placeText } from './listening-place.js'

/** Why an interface could not be asked, with what is behind the system's word for it. */
export function multicastTrouble(place: ListeningPlace, error: unknown): AttemptError {
  const { code = 'ERR_MULTICAST' } = (error instanceof Error ? error : {}) as { readonly code?: string } // as Node's own have it
  const words = escapeText(error instanceof Error ? error.message : String(error))
  const meaning = MEANINGS[code]
  const hint = meaning === undefined ? '' : ` (${meaning})`
  return { code, message: `cannot multicast on ${escapeText(placeText(place))}: ${words}${hint}` }
}

const MEANINGS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program keeps the port to itself; Avahi does with disallow-other-stacks=yes',
  EACCES: 'not permitted to this user',
  EPERM: 'forbidden, perhaps by a firewall',
  ENETUNREACH: 'no route for multicast',
  EHOSTUNREACH: 'the route for multicast is unreachable',
  EADDRNOTAVAIL: 'the address is gone',
  ENODEV: 'the interface is gone',
  ENOBUFS: 'no room for another group membership; see net.ipv4.igmp_max_memberships',
}
