import { isIPv4 } from 'node:net'
import { canonicalAddress } from '@pstorage/discovery-core'
import {
  type Message,
  MessageError,
  nameKey,
  type Question,
  type ResourceRecord,
  readMessage,
} from '@pstorage/dns-message'
import type { Datagram } from './datagram.js'

/** A message of multicast DNS, and how it was sent. */
export interface Heard extends Datagram {
  readonly message: Message
  /** True for multicast. */
  readonly isMulticast: boolean
}

/** The packets of one version of IP, in the order of time. */
export interface Traffic {
  /** Messages of the host that is checked. */
  readonly own: readonly Heard[]
  readonly others: readonly Heard[]
}

/** Something that a rule does not allow. */
export interface Finding {
  /** Milliseconds, as in the capture. */
  readonly at: number
  /** Of RFC 6762. */
  readonly section: string
  readonly problem: string
}

/** Looks at all that was sent over one version of IP. */
export type Rule = (traffic: Traffic) => readonly Finding[]

/** The port of multicast DNS. */
export const PORT = 5_353

/** The multicast DNS messages of a capture. */
export interface CapturedTraffic {
  /** Of each version of IP. */
  readonly traffic: readonly Traffic[]
  /** Messages of the host that are malformed. */
  readonly findings: readonly Finding[]
}

/** Reads the traffic of each version of IP. */
export function trafficOf(datagrams: readonly Datagram[], addresses: readonly string[]): CapturedTraffic {
  const own = new Set(addresses.map((address) => canonicalAddress(address.replace(/%.*$/, ''))))
  const findings: Finding[] = []
  const traffic = [true, false].map((wanted) => {
    const parts = { own: [] as Heard[], others: [] as Heard[] }
    for (const datagram of datagrams) {
      const { from, to, bytes, at } = datagram
      if (isIPv4(from.address) !== wanted || (from.port !== PORT && to.port !== PORT)) continue
      const isOwn = own.has(from.address)
      try {
        const isMulticast = to.address === '224.0.0.251' || to.address === 'ff02::fb'
        parts[isOwn ? 'own' : 'others'].push({ ...datagram, message: readMessage(bytes), isMulticast })
      } catch (error) {
        if (!(error instanceof MessageError)) throw error
        if (isOwn) findings.push({ at, section: '18', problem: `cannot be read: ${error.message}` })
      }
    }
    return parts
  })
  return { traffic, findings }
}

/** The records of all sections. */
export function recordsOf({ answers, authorities, additionals }: Message): readonly ResourceRecord[] {
  return [...answers, ...authorities, ...additionals]
}

/** The same for records that say the same of the same name. */
export function recordKey({ name, type, data }: ResourceRecord): string {
  return `${type} ${nameKey(name)} ${JSON.stringify(data).toLowerCase()}`
}

/** The same for equal questions. */
export function questionKey({ name, type }: Question): string {
  return `${type} ${nameKey(name)}`
}

/** Returns true for a probe: a query with the records that its sender would have (RFC 6762 section 8.2). */
export function isProbe({ header, authorities }: Message): boolean {
  return !header.response && authorities.length > 0
}

/** Clocks of captures and timers of hosts are a little off. */
export const SLACK = 5
