import { type Message, MessageError, readMessage } from '@pstorage/dns-message'
import { type ListeningPlace, onLink } from '../listening-place.js'
import type { Sender } from '../read-response.js'

/** What is listened to. */
export interface DatagramRules {
  readonly place: ListeningPlace
  /** The port of multicast DNS. */
  readonly port: number
}

/**
 * Reads a datagram that matters to a responder: a query of this link, or a response that multicast DNS lets us believe.
 *
 * Whoever is not on the link hears nothing from us: an answer to a forged sender would be a weapon. That holds for queries from
 * the port of multicast DNS too, since Node does not tell whether a datagram was sent to the group or to this host alone.
 *
 * @see RFC 6762 sections 6, 6.7, 11, 17 and 18
 */
export function readDatagram(bytes: Uint8Array, sender: Sender, { place, port }: DatagramRules): Message | undefined {
  if (bytes.length > PACKET_OCTETS || bytes.length < HEADER_OCTETS || sender.port === 0) return undefined
  const flags = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)
  if ((flags & OPCODE_AND_RCODE) !== 0) return undefined
  if ((flags & RESPONSE_FLAG) !== 0 && sender.port !== port) return undefined
  if (!onLink(place, sender.address)) return undefined
  try {
    return readMessage(bytes)
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
}

const PACKET_OCTETS = 9_000
const HEADER_OCTETS = 12
const RESPONSE_FLAG = 0x8000
const OPCODE_AND_RCODE = 0x780f
