import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect } from 'vitest'
import { type Message, type RecordData, type ResourceRecord, readMessage, recordTypeName } from '../src/index.js'
import { nameOf, plainLabel, recordOf } from './arbitrary-message.js'
import { encode } from './encode.js'

/** The part of dns-packet that is compared; the package brings no types. */
interface DnsPacket {
  decode(bytes: Buffer): PeerMessage
}

interface PeerMessage {
  readonly id: number
  readonly flags: number
  readonly questions: readonly { readonly name: string; readonly type: string }[]
  readonly answers: readonly PeerRecord[]
}

interface PeerRecord {
  readonly name: string
  readonly type: string
  readonly ttl: number
  readonly flush?: boolean
  readonly data: unknown
}

const require = createRequire(import.meta.url)
const dnsPacket: DnsPacket = require('dns-packet')

/** Types that dns-packet has a reader of its own for, with the data of others, would be read as those. */
const comparable = recordOf(nameOf(plainLabel)).filter(({ type, data }) => data.kind !== 'opaque' || type === 65280)

/** Generates messages that both can read, and expects that both read the same out of each. */
export function expectSameReadings(numRuns: number, seed: number): void {
  const messages = fc.record({
    id: fc.nat({ max: 0xffff }),
    name: nameOf(plainLabel),
    answers: fc.array(comparable, { maxLength: 8 }),
  })
  fc.assert(
    fc.property(messages, ({ id, name, answers }) => {
      const questions = [{ name, type: 33, class: 1 }]
      const header = { ...plainHeader, id }
      const bytes = encode({ header, questions, answers, authorities: [], additionals: [] }, () => true)
      expect(asPeer(readMessage(bytes))).toEqual(comparedParts(dnsPacket.decode(Buffer.from(bytes))))
    }),
    { seed, numRuns },
  )
}

const plainHeader = {
  response: true,
  opcode: 0,
  authoritative: true,
  truncated: false,
  recursionDesired: false,
  recursionAvailable: false,
  authenticData: false,
  checkingDisabled: false,
  rcode: 0,
}

/** What we read, in the shape of dns-packet. */
function asPeer({ header, questions, answers }: Message): PeerMessage {
  return {
    id: header.id,
    flags: 0x0400,
    questions: questions.map(({ name, type }) => ({ name: dotted(name), type: recordTypeName(type) })),
    answers: answers.map(peerRecord),
  }
}

function peerRecord({ name, type, class: recordClass, ttl, data }: ResourceRecord): PeerRecord {
  return {
    name: dotted(name),
    type: type === 65280 ? 'UNKNOWN_65280' : recordTypeName(type),
    ttl,
    flush: recordClass === 0x8001,
    data: peerData(data),
  }
}

function peerData(data: RecordData): unknown {
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return data.address
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return dotted(data.target)
    case 'SOA': {
      const { kind: _, mname, rname, ...times } = data
      return { mname: dotted(mname), rname: dotted(rname), ...times }
    }
    case 'SRV': {
      const { kind: _, target, ...rest } = data
      return { ...rest, target: dotted(target) }
    }
    case 'TXT':
      return data.strings.map((string) => Buffer.from(string))
    case 'opaque':
      return Buffer.from(data.bytes)
    case 'OPT':
      throw new Error('not compared')
  }
}

function comparedParts({ id, flags, questions, answers }: PeerMessage): PeerMessage {
  return {
    id,
    flags,
    questions: questions.map(({ name, type }) => ({ name, type })),
    answers: answers.map(({ name, type, ttl, flush = false, data }) => ({ name, type, ttl, flush, data })),
  }
}

function dotted(name: readonly string[]): string {
  return name.length === 0 ? '.' : name.join('.')
}
