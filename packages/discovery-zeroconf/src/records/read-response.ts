import {
  equalNames,
  isSubdomainOf,
  type Message,
  MessageError,
  RecordClass,
  type ResourceRecord,
  readMessage,
} from '@pstorage/dns-message'
import { isFromLink, type MulticastInterface, type Sender } from '../link/multicast-interface.js'
import type { MulticastRecord } from './multicast-record.js'
import { SERVICE_LABEL, SERVICE_TYPE, subtypeName } from './service-type.js'

/** Rules for accepting a response. */
interface ReceiveRules {
  /** The interface of the datagram. */
  readonly networkInterface: MulticastInterface
  /** The port of multicast DNS: responses come from it and go to it. */
  readonly port: number
  /** The limit of octets of a datagram. */
  readonly packetBytes: number
}

/** Reasons why a datagram is not used. */
export type DropReason =
  | 'query'
  | 'repeated'
  | 'too long'
  | 'foreign port'
  | 'off-link'
  | 'not a standard response'
  | 'malformed'

/** The records of a datagram, or the reason why it is not used. */
export type Reading =
  | { readonly dropped: undefined; readonly records: readonly MulticastRecord[] }
  | { readonly dropped: Exclude<DropReason, 'malformed'> }
  | {
      readonly dropped: 'malformed'
      readonly error: MessageError
      /** True when the octets contain our service type: then this was an answer to us. */
      readonly concernsUs: boolean
    }

/**
 * Reads the records about metadata servers in a datagram, if it is a response that multicast DNS permits to accept.
 *
 * Records may be in any section. Questions, the id and all flags but QR, the opcode and the response code mean nothing
 * in a response (RFC 6762 sections 6 and 18). Records outside `local` are left out.
 */
export function readResponse(
  bytes: Uint8Array,
  sender: Sender,
  { networkInterface, port, packetBytes }: ReceiveRules,
): Reading {
  const flags = flagsOf(bytes)
  if ((flags & RESPONSE_FLAG) === 0) return { dropped: 'query' }
  if (bytes.length > packetBytes) return { dropped: 'too long' }
  if (sender.port !== port) return { dropped: 'foreign port' }
  if (!isFromLink(networkInterface, sender)) return { dropped: 'off-link' }
  if ((flags & OPCODE_AND_RCODE) !== 0) return { dropped: 'not a standard response' }
  try {
    return { dropped: undefined, records: recordsOf(readMessage(bytes)) }
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    return { dropped: 'malformed', error, concernsUs: namesServiceType(bytes) }
  }
}

/** The QR bit. */
export const RESPONSE_FLAG = 0x8000
/** Both are 0 in multicast DNS (RFC 6762 sections 18.3 and 18.11). */
export const OPCODE_AND_RCODE = 0x780f
/** The top bit of the class is the cache-flush bit (RFC 6762 section 10.2). */
const UNIQUE_FLAG = 0x8000
const LOCAL = ['local']

/** Returns the flags of the header. A datagram too short to have any is left to the reader, which reports it. */
function flagsOf(bytes: Uint8Array): number {
  return bytes.length < 4 ? RESPONSE_FLAG : ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)
}

function recordsOf({ answers, authorities, additionals }: Message): MulticastRecord[] {
  const records: MulticastRecord[] = []
  for (const section of [answers, authorities, additionals]) {
    for (const resource of section) {
      const record = recordOf(resource)
      if (record !== undefined) records.push(record)
    }
  }
  return records
}

export function recordOf({ name, class: flaggedClass, ttl, data }: ResourceRecord): MulticastRecord | undefined {
  if ((flaggedClass & ~UNIQUE_FLAG) !== RecordClass.IN || !isSubdomainOf(name, LOCAL)) return undefined
  const life = { ttl, unique: (flaggedClass & UNIQUE_FLAG) !== 0 }
  switch (data.kind) {
    case 'PTR': {
      const instance = instanceOf(data.target)
      if (instance === undefined) return undefined
      if (equalNames(name, SERVICE_TYPE)) return { kind: 'PTR', ...life, instance }
      const [subtype] = name
      if (subtype === undefined || !equalNames(name, subtypeName(subtype))) return undefined
      return { kind: 'PTR', ...life, instance, subtype }
    }
    case 'SRV': {
      const instance = instanceOf(name)
      const { priority, weight, port, target } = data
      return instance === undefined ? undefined : { kind: 'SRV', ...life, instance, priority, weight, port, target }
    }
    case 'TXT': {
      const instance = instanceOf(name)
      return instance === undefined ? undefined : { kind: 'TXT', ...life, instance, cluster: clusterOf(data.strings) }
    }
    case 'A':
    case 'AAAA':
      return { kind: data.kind, ...life, host: name, address: data.address }
    default:
      return undefined
  }
}

/** Returns the label of an instance of our service; `undefined` for another name. */
function instanceOf(name: readonly string[]): string | undefined {
  return name.length === SERVICE_TYPE.length + 1 && isSubdomainOf(name, SERVICE_TYPE) ? name[0] : undefined
}

function clusterOf(strings: readonly Uint8Array[]): string | null {
  const value = textAttribute(strings, 'cluster')
  // Octets that are not UTF-8 become characters that no cluster name has.
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : null
}

function namesServiceType(bytes: Uint8Array): boolean {
  return Buffer.from(bytes).toString('latin1').toLowerCase().includes(SERVICE_LABEL)
}

/**
 * Returns the value of a key in a TXT record of DNS-SD: `true` for a key without `=`, `undefined` for a missing key.
 *
 * Keys compare without case, and of several the first one counts, also when it has no value.
 *
 * @param strings the character-strings of the record
 * @param key in lower case ASCII
 * @see RFC 6763 section 6.4
 */
export function textAttribute(strings: readonly Uint8Array[], key: string): Uint8Array | true | undefined {
  for (const string of strings) {
    const equals = string.indexOf(EQUALS_SIGN)
    const end = equals < 0 ? string.length : equals
    if (end !== key.length || asciiText(string.subarray(0, end)).toLowerCase() !== key) continue
    return equals < 0 ? true : string.subarray(equals + 1)
  }
  return undefined
}

const EQUALS_SIGN = 0x3d

function asciiText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
