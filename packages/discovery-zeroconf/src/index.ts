export { type AnnouncedInstance, type Announcement, announce } from './announce/announce.js'
export {
  type AnnounceAnnouncedEvent,
  AnnounceError,
  type AnnounceErrorCode,
  type AnnounceEvent,
  type AnnounceInterface,
  type AnnounceInterfaceDownEvent,
  type AnnounceInterfaceUnavailableEvent,
  type AnnounceInterfaceUpEvent,
  type AnnounceProbingEvent,
  type AnnounceRenamedEvent,
  type AnnounceWarningCode,
  type AnnounceWarningEvent,
  type InterfaceInstance,
} from './announce/announce-event.js'

export type {
  AnnounceContent,
  AnnouncedCluster,
  AnnouncedEndpoint,
  AnnounceOptions,
} from './announce/announce-options.js'

export type { RecordTtls } from './announce/service-registrations.js'
export type { ZeroconfLimits } from './browse/browse-limits.js'
export type { ZeroconfWarningCode } from './browse/instance-reporter.js'
export { type ZeroconfResolverOptions, zeroconfResolver } from './zeroconf-resolver.js'
