import type { EdnsOption, Message, ResourceRecord } from './message.js'

/** The OPT record of a message, unpacked. @see RFC 6891 section 6.1 */
export interface Edns {
  /** The largest UDP payload that the sender takes, in octets; values below 512 mean 512 (RFC 6891 section 6.2.3). */
  readonly udpPayloadSize: number
  /** The upper eight bits of the response code. */
  readonly extendedRcode: number
  readonly version: number
  /** DO: send DNSSEC records (RFC 3225 section 3). */
  readonly dnssecOk: boolean
  readonly options: readonly EdnsOption[]
}

/** The EDNS part of a message, or `undefined` when it has none. */
export function ednsOf(message: Message): Edns | undefined {
  for (const record of message.additionals) {
    if (record.data.kind === 'OPT') {
      return {
        udpPayloadSize: record.class,
        extendedRcode: extendedRcode(record),
        version: (record.ttl >>> 16) & 0xff,
        dnssecOk: (record.ttl & 0x8000) !== 0,
        options: record.data.options,
      }
    }
  }
  return undefined
}

/** The full response code of a message: the four bits of its header below the eight of its OPT record, if it has one. */
export function responseCode(message: Message): number {
  for (const record of message.additionals) {
    if (record.data.kind === 'OPT') {
      return (extendedRcode(record) << 4) | message.header.rcode
    }
  }
  return message.header.rcode
}

function extendedRcode(record: ResourceRecord): number {
  return record.ttl >>> 24
}
