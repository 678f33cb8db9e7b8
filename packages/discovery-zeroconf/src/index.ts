export { type AnnouncedInstance, type Announcement, announce } from './announce/announce.js'
export { AnnounceError, type AnnounceErrorCode } from './announce/announce-error.js'
export type {
  AnnounceAnnouncedEvent,
  AnnouncedThere,
  AnnounceEvent,
  AnnounceInterfaceDownEvent,
  AnnounceInterfaceUnavailableEvent,
  AnnounceInterfaceUpEvent,
  AnnouncePlace,
  AnnounceProbingEvent,
  AnnounceRenamedEvent,
  AnnounceWarningCode,
  AnnounceWarningEvent,
} from './announce/announce-event.js'
export type {
  AnnounceContent,
  AnnouncedCluster,
  AnnouncedEndpoint,
  AnnounceOptions,
} from './announce/announce-options.js'
export type { RecordTtls } from './announce/service-claims.js'
export type { ZeroconfLimits } from './zeroconf-limits.js'
export { type ZeroconfResolverOptions, zeroconfResolver } from './zeroconf-resolver.js'
export type { ZeroconfWarningCode } from './zeroconf-warning.js'
