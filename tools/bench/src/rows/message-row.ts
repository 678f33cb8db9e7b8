import { readMessage } from '@pstorage/dns-message'
import { inTurns, lineOf } from '../compare.js'
import { dnsPacket, dnsPacketName } from '../peer-codec.js'
import type { Row } from '../row.js'

/** Calls in one turn: with fewer, the clock would count too. */
const CALLS = 200

/** A row that reads one message, whole, with both readers. We have to be at least as fast. */
export function messageRow(name: string, description: string, bytes: Buffer): Row {
  return {
    name,
    description: `${description} (${bytes.length} octets)`,
    async measure() {
      const sides = { ours: () => readMessage(bytes), peer: () => dnsPacket.decode(bytes) }
      const { ours, peer } = await inTurns(sides, { rounds: 41, warmup: 20, calls: CALLS })
      return [lineOf({ against: dnsPacketName, ours, other: peer, atMost: 1 })]
    },
  }
}
