import type { AttemptError, Endpoint, Warning } from '@pstorage/discovery-core'

/** What happens to an announcement. Names are as people read them, unescaped. */
export type AnnounceEvent =
  | AnnounceProbingEvent
  | AnnounceAnnouncedEvent
  | AnnounceRenamedEvent
  | AnnounceInterfaceUpEvent
  | AnnounceInterfaceDownEvent
  | AnnounceInterfaceUnavailableEvent
  | AnnounceWarningEvent

/** A place where something is announced: an interface, and a version of IP. */
export interface AnnouncePlace {
  /** The name of the interface. */
  readonly interface: string
  readonly family: 'IPv4' | 'IPv6'
}

/** The names are being probed: is anybody else using them? */
export interface AnnounceProbingEvent extends AnnouncePlace {
  readonly type: 'probing'
}

/** Everything was announced there, for the first time or anew. */
export interface AnnounceAnnouncedEvent extends AnnouncePlace {
  readonly type: 'announced'
  readonly instances: readonly AnnouncedThere[]
}

/** What was announced in one place. */
export interface AnnouncedThere {
  readonly cluster: string
  /** The name of the instance. */
  readonly name: string
  /** Where its MDS listens, as seen from there; link-local addresses are without zone. */
  readonly endpoints: readonly Pick<Endpoint, 'address' | 'port'>[]
}

/** Another host has a name already, or disputes it. */
export interface AnnounceRenamedEvent {
  readonly type: 'renamed'
  readonly kind: 'instance' | 'host'
  readonly from: string
  readonly to: string
}

/** An interface is there, and its port is open. */
export interface AnnounceInterfaceUpEvent extends AnnouncePlace {
  readonly type: 'interface-up'
}

/** An interface is gone, or has changed and is opened anew. */
export interface AnnounceInterfaceDownEvent extends AnnouncePlace {
  readonly type: 'interface-down'
}

/** Nothing can be announced on an interface, or on any (`null`); it is tried again. */
export interface AnnounceInterfaceUnavailableEvent {
  readonly type: 'interface-unavailable'
  readonly interface: string | null
  readonly error: AttemptError
}

/** Something that should be mended. */
export interface AnnounceWarningEvent extends Warning {
  readonly type: 'warning'
  readonly code: AnnounceWarningCode
}

/**
 * What an announcer warns of.
 *
 * - `mdns-announce-conflicts`: the names are disputed again and again; probing has slowed down.
 * - `mdns-announce-limit`: more was asked at once than can be answered; the message says how much was dropped.
 * - `mdns-announce-no-subtype`: a cluster name of 63 characters leaves no room for a subtype; browsers find it all the same.
 * - `mdns-announce-nowhere`: a given address can be announced on none of the interfaces.
 */
export type AnnounceWarningCode =
  | 'mdns-announce-conflicts'
  | 'mdns-announce-limit'
  | 'mdns-announce-no-subtype'
  | 'mdns-announce-nowhere'
