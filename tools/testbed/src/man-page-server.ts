import {
  type ClusterNameServer,
  type ClusterNameServerOptions,
  clusterNameServer,
} from '@pstorage/discovery-dns-server'
import { manPageDomain, manPageZone } from './man-page-zone.js'

/** How {@link manPageServer} listens; the zone is given. */
export type ManPageServerOptions = Pick<
  ClusterNameServerOptions,
  'address' | 'port' | 'allowTransfer' | 'udpPayloadSize' | 'onQuery'
>

/** Starts the embedded name server with the zone of the manual page; on a free port of 127.0.0.1 unless told otherwise. */
export function manPageServer(options: ManPageServerOptions = {}): Promise<ClusterNameServer> {
  return clusterNameServer({ ...options, origin: manPageDomain, zone: manPageZone })
}
