import type { AttemptError, Endpoint, Warning } from '@pstorage/discovery-core'

/** Events of an announcement. Names are as people read them, unescaped. */
export type AnnounceEvent =
  | AnnounceProbingEvent
  | AnnounceAnnouncedEvent
  | AnnounceRenamedEvent
  | AnnounceInterfaceUpEvent
  | AnnounceInterfaceDownEvent
  | AnnounceInterfaceUnavailableEvent
  | AnnounceWarningEvent

/** An interface over one version of IP, on which something is announced. */
export interface AnnounceInterface {
  /** The name of the interface. */
  readonly interface: string
  readonly family: 'IPv4' | 'IPv6'
}

/** Probing has started: the names are checked for other users. */
export interface AnnounceProbingEvent extends AnnounceInterface {
  readonly type: 'probing'
}

/** All records were announced there, for the first time or again. */
export interface AnnounceAnnouncedEvent extends AnnounceInterface {
  readonly type: 'announced'
  readonly instances: readonly InterfaceInstance[]
}

/** An instance as announced on one interface. */
export interface InterfaceInstance {
  readonly cluster: string
  /** The name of the instance. */
  readonly name: string
  /** The endpoints of its MDS as seen from that interface; link-local addresses are without zone. */
  readonly endpoints: readonly Pick<Endpoint, 'address' | 'port'>[]
}

/** Another host uses a name, so that ours was changed. */
export interface AnnounceRenamedEvent {
  readonly type: 'renamed'
  readonly kind: 'instance' | 'host'
  readonly from: string
  readonly to: string
}

/** An interface has appeared, and its port is open. */
export interface AnnounceInterfaceUpEvent extends AnnounceInterface {
  readonly type: 'interface-up'
}

/** An interface has gone, or has changed and is reopened. */
export interface AnnounceInterfaceDownEvent extends AnnounceInterface {
  readonly type: 'interface-down'
}

/** Nothing can be announced on an interface, or on any (`null`). The announcer tries again. */
export interface AnnounceInterfaceUnavailableEvent {
  readonly type: 'interface-unavailable'
  readonly interface: string | null
  readonly error: AttemptError
}

/** A problem that the operator should fix. */
export interface AnnounceWarningEvent extends Warning {
  readonly type: 'warning'
  readonly code: AnnounceWarningCode
}

/**
 * Warnings of an announcer.
 *
 * - `mdns-announce-conflicts`: other hosts dispute the names again and again; probing has slowed down.
 * - `mdns-announce-limit`: more questions came than may be answered, in all at once or by unicast to one address; the
 *   message has the number dropped.
 * - `mdns-announce-no-subtype`: a cluster name of 63 characters leaves no room for a subtype; browsers find it all the
 *   same.
 * - `mdns-announce-nowhere`: an address from the options can be announced on none of the interfaces.
 */
export type AnnounceWarningCode =
  | 'mdns-announce-conflicts'
  | 'mdns-announce-limit'
  | 'mdns-announce-no-subtype'
  | 'mdns-announce-nowhere'

/**
 * Reasons why nothing is announced.
 *
 * - `ERR_NO_INTERFACE`: no interface can multicast, or none of those named; the message has each and its reason.
 * - `ERR_ANNOUNCER_STOPPED`: the announcer was already stopped.
 */
export type AnnounceErrorCode = 'ERR_NO_INTERFACE' | 'ERR_ANNOUNCER_STOPPED'

/**
 * The error that `announce()` rejects with when the network does not permit it. Wrong arguments are a `DiscoveryError`.
 */
export class AnnounceError extends Error {
  override readonly name = 'AnnounceError'
  readonly code: AnnounceErrorCode

  constructor(code: AnnounceErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
