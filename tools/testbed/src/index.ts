export { announceByBonjour, type BonjourPlan } from './announce-by-bonjour.js'
export type { AnnouncedMds } from './announced-mds.js'
export {
  type AvahiOnHostOptions,
  avahiOn,
  bonjourServiceOn,
  multicastHostOn,
  pythonZeroconfOn,
} from './announcing-programs.js'
export { type AvahiHost, type AvahiHostOptions, avahiHost } from './avahi-host.js'
export type { BrokenPlace, BrokenSetup } from './broken/broken-setup.js'
export { brokenRealSetups, brokenSetups } from './broken/broken-setups.js'
export { browseByBonjour } from './browse-by-bonjour.js'
export { avahiBrowserOn, type BrowseOptions, bonjourBrowserOn, pythonBrowserOn } from './browsing-programs.js'
export { type ClusterZoneOptions, clusterListZone, clusterZone, type ServiceZoneOptions } from './cluster-zone.js'
export { type ClustersDirectory, clustersDirectory } from './clusters-directory.js'
export { type DnsQuery, readDnsQuery } from './dns-query.js'
export type { DnsRecord, DnsRecordData } from './dns-record.js'
export { type DnsmasqServerOptions, dnsmasqServer } from './dnsmasq-server.js'
export { type ForwarderOptions, knotResolver, powerDnsRecursor } from './forwarding-servers.js'
export { freePort } from './free-port.js'
export type { HostileQuery, PauseStep, Steps, TcpScript, TcpStep, UdpScript, UdpStep } from './hostile-script.js'
export { type HostileServer, type HostileServerOptions, hostileServer } from './hostile-server.js'
export { type KeyFile, keyFile } from './key-file.js'
export { type KnotServerOptions, knotServer } from './knot-server.js'
export { type ManPageServerOptions, manPageServer } from './man-page-server.js'
export { manPageDomain, manPageZone } from './man-page-zone.js'
export { askScriptedMds, type MdsAdvice } from './mds-advice.js'
export { MdsBrowser, type SeenMds, type Sighting } from './mds-browser.js'
export { messageBusOn, runAvahi, startAvahi } from './message-bus.js'
export {
  type MulticastHost,
  type MulticastHostOptions,
  type MulticastQuery,
  multicastHost,
} from './multicast-host.js'
export type { MulticastService } from './multicast-service.js'
export { type DnsName, nameBytes } from './name-bytes.js'
export type { NamedSettings } from './named-config.js'
export { type NamedServer, type NamedServerOptions, namedServer } from './named-server.js'
export type { NamespaceHost, NamespacePlug } from './namespace-host.js'
export type { NamespaceProcess } from './namespace-process.js'
export {
  type NetworkNamespaces,
  type NetworkPlan,
  networkNamespaces,
} from './network-namespaces.js'
export { type NsdServerOptions, nsdServer } from './nsd-server.js'
export { powerDnsServer } from './powerdns-server.js'
export type { ListenOptions, RealServer, RealTlsServer } from './real-server.js'
export { type FaultyRelay, type FaultyRelayOptions, faultyRelay } from './relay/faulty-relay.js'
export type { LinkFaults } from './relay/link-faults.js'
export type { LinkRelay } from './relay/link-relay.js'
export type { PrintedRemedy, RemedyShell } from './remedy/printed-remedy.js'
export { hostileWords, type QuotedWord, type QuotingOptions, quotingFaults } from './remedy/quoting-faults.js'
export { remedyFaults } from './remedy/remedy-faults.js'
export { shellFaults } from './remedy/shell-faults.js'
export { type Snapshot, unexpectedChanges } from './remedy/snapshot.js'
export { splitCommands } from './remedy/split-commands.js'
export {
  framed,
  type RcodeName,
  type ReplyCounts,
  type ReplyEdns,
  type ReplyOptions,
  type ReplyQuestion,
  reply,
} from './reply.js'
export { resolvedOn } from './resolved-on-host.js'
export { type MdsStep, type ScriptedMds, type ScriptedMdsOptions, scriptedMds } from './scripted-mds.js'
export type { ServedZone, ServerAddress, TransferPermission, TransferredZone, ZoneSettings } from './served-zone.js'
export type { ServerCertificate, Sha256 } from './server-certificate.js'
export { type StormPlan, sendStorm, stormOn } from './spoofer.js'
export { startTestbed, type Testbed, type TestbedOptions } from './start-testbed.js'
export { type TestCertificates, type TestCertificatesOptions, testCertificates } from './test-certificates.js'
export type { TransferKey, TransferKeyAlgorithm } from './transfer-key.js'
export { type TryCommand, tryCommands } from './try-commands.js'
export { type UnboundServerOptions, unboundServer } from './unbound-server.js'
