import { type HostInterface, hostInterfaces } from './host-interfaces.js'
import type { ListeningPlace } from './listening-place.js'
import { openFamilies } from './open-families.js'
import type { Sender } from './read-response.js'

/** What this backend needs of the network. Tests bring one of their own. */
export interface MulticastMedium {
  interfaces(): Promise<readonly HostInterface[]>
  /** The time of day in milliseconds, which goes on while the host sleeps. Left out: it never sleeps. */
  timeOfDay?(): number
  /** Rejects with what went wrong, or with the reason of the signal. */
  open(place: ListeningPlace, options: LinkOptions): Promise<MulticastLink>
}

/** How a link is used. */
export interface LinkOptions {
  readonly port: number
  /** Closes the link at once, also while it is being opened. */
  readonly signal: AbortSignal
  /**
   * Whether a port that cannot be shared is made up for by one-shot questions from another one. Default: no, since whoever
   * answers questions needs the port.
   */
  readonly standIn?: boolean | undefined
  /** Called for every datagram, whoever sent it and whatever it holds. */
  hear(bytes: Uint8Array, sender: Sender): void
  /** Called when an open link breaks, perhaps more than once. */
  failed(error: Error): void
}

/** One interface, opened for multicast DNS. */
export interface MulticastLink {
  /** What keeps a part of it from working although the rest does, as phrases. */
  readonly notes?: readonly string[] | undefined
  /**
   * Why the port of multicast DNS could not be opened, where questions come from another port instead: then only answers to
   * them are heard (RFC 6762 section 6.7), and nothing that is told to everybody.
   */
  readonly refusal?: Error | undefined
  /** Sends a message to everybody on the link; `sent` learns how that went, unless the link is closed before. */
  send(message: Uint8Array, sent: (error: Error | null) => void): void
  /** Resolves once what has arrived by now was heard: while the process was busy, datagrams may have piled up. */
  catchUp(): Promise<void>
  close(): void
}

/** The network interfaces of this host. */
export const systemMedium: MulticastMedium = {
  interfaces: hostInterfaces,
  open: openFamilies,
  timeOfDay: Date.now,
}
