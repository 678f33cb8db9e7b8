import {
  type ClusterNameServer,
  type ClusterNameServerOptions,
  clusterNameServer,
} from '@pstorage/discovery-dns-server'
import { manPageDomain, manPageZone } from './man-page-zone.js'

/** Options of {@link manPageServer}, which has its zone. */
export type ManPageServerOptions = Pick<
  ClusterNameServerOptions,
  'address' | 'port' | 'allowTransfer' | 'udpPayloadSize' | 'onQuery'
>

/** Starts the embedded name server with the zone of the manual page; by default on a free port of 127.0.0.1. */
export function manPageServer(options: ManPageServerOptions = {}): Promise<ClusterNameServer> {
  return clusterNameServer({ ...options, origin: manPageDomain, zone: manPageZone })
}
