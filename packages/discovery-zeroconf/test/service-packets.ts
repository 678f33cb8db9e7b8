import type { DnsRecord } from '@pstorage/testbed'
import { multicastResponse } from './multicast-response.js'

/** A metadata server for packets of tests; `instance` is text with `\.`, as in a zone file. */
export interface PacketService {
  readonly instance: string
  readonly host?: string
  readonly addresses?: readonly string[]
  readonly port?: number
  readonly priority?: number
  readonly weight?: number
  /** Default: no TXT record. */
  readonly txt?: readonly string[]
  readonly ttl?: number
}

/** The records of a service, with the cache-flush bit where it belongs. */
export function packetRecords(service: PacketService): readonly DnsRecord[] {
  const { instance, host = 'mds1.local', addresses = ['192.0.2.21'], port = 2510, txt, ttl = 120 } = service
  const { priority = 0, weight = 0 } = service
  const name = `${instance}._pstorage._tcp.local`
  const unique = { ttl, class: 0x8001 }
  return [
    { name: '_pstorage._tcp.local', type: 'PTR', target: name, ttl },
    { name, type: 'SRV', ...unique, port, priority, weight, target: host },
    ...(txt === undefined ? [] : [{ name, type: 'TXT' as const, ...unique, strings: txt.length > 0 ? txt : [''] }]),
    ...addresses.map((address): DnsRecord => {
      return { name: host, type: address.includes(':') ? 'AAAA' : 'A', ...unique, address }
    }),
  ]
}

/** One packet with all records of services. */
export function servicePacket(...services: readonly PacketService[]): Uint8Array {
  return multicastResponse(services.flatMap(packetRecords))
}
