import { readMessage } from '@pstorage/dns-message'
import { dnsPacket, dnsPacketName } from '../peer-codec.js'
import type { Row } from '../row.js'

/** A row that reads one message, whole, with both readers. We have to be at least as fast. */
export function messageRow(name: string, description: string, bytes: Buffer): Row {
  return {
    name,
    description: `${description} (${bytes.length} octets)`,
    against: dnsPacketName,
    bar: 1,
    ours: () => readMessage(bytes),
    peer: () => dnsPacket.decode(bytes),
  }
}
