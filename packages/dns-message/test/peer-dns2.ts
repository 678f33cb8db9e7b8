import dns2 from 'dns2'
import type { Name } from '../src/index.js'
import { exactName, type Peer, plainAddress, type ReadRecord } from './peer-reading.js'

/** The part of dns2 that is compared; its types leave out what a record has. */
interface PeerMessage {
  readonly header: Readonly<Record<string, number>>
  readonly questions: readonly { readonly name: string; readonly type: number; readonly class: number }[]
  readonly answers: readonly PeerRecord[]
  readonly authorities: readonly PeerRecord[]
  readonly additionals: readonly PeerRecord[]
  readonly errors: readonly Error[]
}

interface PeerRecord extends Readonly<Record<string, unknown>> {
  readonly name: string
  readonly type: number
  readonly class: number
  readonly ttl: number
}

/** The TTL as dns2 keeps it (RFC 2181 section 8 treats it as 0, which is up to the caller). */
const MAX_TTL = 0x7fffffff
const [A, NS, CNAME, SOA, PTR, TXT, AAAA, SRV, OPT] = [1, 2, 5, 6, 12, 16, 28, 33, 41] as const

/** dns2 3.1.1. */
export const dns2Peer: Peer = {
  read(bytes) {
    const { header, questions, answers, authorities, additionals, errors } = dns2.Packet.parse(
      bytes,
    ) as unknown as PeerMessage // its declaration lacks most of what records have
    if (errors[0] !== undefined) throw errors[0]
    return {
      id: header.id ?? -1,
      flags: flagsOf(header),
      questions: questions.map(({ name, type, class: questionClass }) => ({ name, type, class: questionClass })),
      sections: [answers, authorities, additionals].map((records) => records.map(recordOf)),
    }
  },
  manner(explain) {
    const nameOf = (name: Name): string => {
      if (name.length === 0) explain('C-8')
      else if (name.join('.') !== exactName(name)) explain('C-2')
      return name.join('.')
    }
    return {
      name: nameOf,
      mailbox: nameOf,
      text(string) {
        const right = Buffer.from(string)
        const theirs = Buffer.from(right.toString('utf8'))
        if (!theirs.equals(right)) explain('C-7')
        return theirs
      },
      ttl(seconds) {
        if (seconds > MAX_TTL) explain('DNS-26')
        return Math.min(seconds, MAX_TTL)
      },
      options({ options }) {
        if (options.length > 0) explain('C-12')
        return []
      },
    }
  },
}

function flagsOf(header: PeerMessage['header']): number {
  const widths = [
    ['qr', 1],
    ['opcode', 4],
    ['aa', 1],
    ['tc', 1],
    ['rd', 1],
    ['ra', 1],
    ['z', 1],
    ['ad', 1],
    ['cd', 1],
  ] as const
  const upper = widths.reduce((flags, [field, bits]) => (flags << bits) | (header[field] ?? 0), 0)
  // The rest of a longer code stands in the OPT record, which is compared too.
  return (upper << 4) | ((header.rcode ?? 0) & 0xf)
}

function recordOf(record: PeerRecord): ReadRecord {
  const { name, type, class: recordClass, ttl } = record
  return { name, type, class: recordClass, ttl, data: dataOf(record) }
}

function dataOf(record: PeerRecord): unknown {
  const { address, domain, ns, data, rdata, target, priority, weight, port } = record
  const { primary: mname, admin: rname, serial, refresh, retry, expiration: expire, minimum } = record
  switch (record.type) {
    case A:
      return address
    case AAAA:
      return plainAddress(String(address))
    case NS:
      return ns
    case CNAME:
    case PTR:
      return domain
    case SOA:
      return { mname, rname, serial, refresh, retry, expire, minimum }
    case SRV:
      return { priority, weight, port, target }
    case TXT:
      return (data as readonly string[]).map((text) => Buffer.from(text)) // as its decoder makes them
    case OPT:
      return rdata
    default:
      return data
  }
}
