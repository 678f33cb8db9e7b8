export { type AvahiHost, type AvahiHostOptions, avahiHost } from './avahi-host.js'
export { type ClustersDirectory, clustersDirectory } from './clusters-directory.js'
export { type DnsQuery, readDnsQuery } from './dns-query.js'
export type { DnsRecord, DnsRecordData } from './dns-record.js'
export { freePort } from './free-port.js'
export type { HostileQuery, PauseStep, Steps, TcpScript, TcpStep, UdpScript, UdpStep } from './hostile-script.js'
export { type HostileServer, type HostileServerOptions, hostileServer } from './hostile-server.js'
export { type ManPageServerOptions, manPageServer } from './man-page-server.js'
export { manPageDomain, manPageZone } from './man-page-zone.js'
export {
  type MulticastHost,
  type MulticastHostOptions,
  type MulticastQuery,
  multicastHost,
} from './multicast-host.js'
export type { MulticastService } from './multicast-service.js'
export { type DnsName, nameBytes } from './name-bytes.js'
export type { NamedSettings, NamedZone, ServerAddress } from './named-config.js'
export { type NamedServer, type NamedServerOptions, namedServer } from './named-server.js'
export {
  framed,
  type RcodeName,
  type ReplyCounts,
  type ReplyEdns,
  type ReplyOptions,
  type ReplyQuestion,
  reply,
} from './reply.js'
export { startTestbed, type Testbed, type TestbedOptions } from './start-testbed.js'
export { type TryCommand, tryCommands } from './try-commands.js'
