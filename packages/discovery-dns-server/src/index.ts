export {
  type ClusterNameServer,
  type ClusterNameServerOptions,
  clusterNameServer,
  type ReceivedQuery,
} from './cluster-name-server.js'
export type { ClusterEntry, MdsEntry } from './inventory.js'
export { NameServerError, type NameServerErrorCode, type NameServerErrorDetails } from './name-server-error.js'
export type { Secondary } from './secondary.js'
export type { TransferPolicy } from './transfer-policy.js'
export type { TsigKey } from './tsig-key.js'
export type { ZoneContents } from './zone-source.js'
