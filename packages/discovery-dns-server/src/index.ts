export {
  type ClusterNameServer,
  type ClusterNameServerOptions,
  clusterNameServer,
  type ReceivedQuery,
  type TransferPolicy,
  type ZoneContents,
} from './cluster-name-server.js'
export type { ClusterEntry, MdsEntry } from './inventory.js'
export { NameServerError, type NameServerErrorCode, type NameServerErrorDetails } from './name-server-error.js'
