import { type AttemptError, escapeText } from '@pstorage/discovery-core'
import type { HostInterface } from './host-interfaces.js'
import { interfaceText, type MulticastInterface, type Sender } from './multicast-interface.js'

/** The network as this backend needs it. Tests bring one of their own. */
export interface MulticastMedium {
  interfaces(): Promise<readonly HostInterface[]>
  /** The time of day in milliseconds, which goes on while the host sleeps. Default: it never sleeps. */
  timeOfDay?(): number
  /** Opens an interface. Rejects with the error of the system, or with the reason of the signal. */
  open(networkInterface: MulticastInterface, options: LinkOptions): Promise<MulticastLink>
}

/** Options of an open link. */
export interface LinkOptions {
  readonly port: number
  /** Closes the link at once, also while it is being opened. */
  readonly signal: AbortSignal
  /**
   * Lets one-shot questions from another port replace a port that cannot be shared. Default: no, since a responder
   * needs the port.
   */
  readonly fallback?: boolean | undefined
  /** Called for every datagram, with any sender and any content. */
  onMessage(bytes: Uint8Array, sender: Sender): void
  /** Called when an open link breaks, perhaps more than once. */
  onError(error: Error): void
}

/** One interface, opened for multicast DNS. */
export interface MulticastLink {
  /** Parts that do not work although the rest does, as phrases. */
  readonly notes?: readonly string[] | undefined
  /**
   * The error with which the port of multicast DNS could not be opened, when questions come from another port instead:
   * then only the answers to them arrive (RFC 6762 section 6.7), and no multicast.
   */
  readonly refusal?: Error | undefined
  /**
   * The reason why silence means nothing: over one of the IP versions nothing can be sent, or nothing arrives, not even
   * our own messages. Absent when none is known.
   */
  readonly fault?: Error | undefined
  /** True when a response would not be received any more. */
  readonly isReceptionLost?: boolean | undefined
  /** Sends a message to the group; `sent` is called with the result, unless the link is closed before. */
  send(message: Uint8Array, sent: (error: Error | null) => void): void
  /**
   * Resolves when the datagrams that have arrived by now were received: while the process was busy, they may have piled
   * up.
   */
  receivePending(): Promise<void>
  close(): void
}

/** One interface, opened over one IP version. */
export type FamilyPort = Pick<MulticastLink, 'notes' | 'refusal' | 'send' | 'close'>

/** Octets of the receive buffer, as far as the system allows: on a large network all hosts answer within 100 ms. */
export const RECEIVE_BUFFER: number = 512 * 1_024

/** Describes an error of an interface, with the meaning of the system's error code. */
export function multicastError(networkInterface: MulticastInterface, error: unknown): AttemptError {
  const { code = 'ERR_MULTICAST' } = (error instanceof Error ? error : {}) as { readonly code?: string } // as Node's own have it
  const words = escapeText(error instanceof Error ? error.message : String(error))
  const meaning = MEANINGS[code]
  // The words of the system repeat the code and the group; those of ours say more than the code.
  const ofSystem = meaning === undefined ? words : `${meaning} (${code})`
  const reason = code.startsWith('ERR_') && meaning !== undefined ? `${words} (${meaning})` : ofSystem
  return { code, message: `cannot multicast on ${escapeText(interfaceText(networkInterface))}: ${reason}` }
}

const MEANINGS: Readonly<Record<string, string>> = {
  ERR_MULTICAST_NOT_RECEIVED: 'a firewall of this host drops incoming multicast, and all answers with it',
  EADDRINUSE: 'another program holds the port exclusively; Avahi does with disallow-other-stacks=yes',
  EACCES: 'not permitted to this user',
  EPERM: 'forbidden, perhaps by a firewall',
  ENETUNREACH: 'no route for multicast',
  EHOSTUNREACH: 'the route for multicast is unreachable',
  EADDRNOTAVAIL: 'the address is gone',
  ENODEV: 'the interface is gone',
  ENOBUFS: 'no room for another group membership; see net.ipv4.igmp_max_memberships',
}
