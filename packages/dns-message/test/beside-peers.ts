import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect } from 'vitest'
import { type ResourceRecord, readMessage } from '../src/index.js'
import { anyMessage, type MessageModel } from './arbitrary-message.js'
import { encode } from './encode.js'
import { dnsPacketPeer } from './peer-dns-packet.js'
import { dns2Peer } from './peer-dns2.js'
import { type Peer, readingOf } from './peer-reading.js'

/** A type that no peer has a reader of its own for: of any other the data, which are any octets, may be rubbish to it. */
const UNKNOWN_TYPE = 65_280
/** A code of EDNS that no peer has a reader of its own for. */
const UNKNOWN_OPTION = 65_001

/** The peers, and the rows of libraries.md (and faults.md) that explain where they differ from us; each of them has to come up. */
const peers: readonly { readonly name: string; readonly peer: Peer; readonly rows: readonly string[] }[] = [
  { name: 'dns-packet', peer: dnsPacketPeer, rows: ['P-7'] },
  { name: 'dns2', peer: dns2Peer, rows: ['C-12', 'C-2', 'C-7', 'C-8', 'DNS-26'] },
]

/**
 * Generates messages, valid ones of every kind, each with its names compressed and as they are, and expects that the peers read
 * the same out of each as we do, except for what the rows explain.
 */
export function expectSameReadings(messages: number, seed: number): void {
  const seen = peers.map(() => new Set<string>())
  fc.assert(
    fc.property(anyMessage.map(withoutOwnReaders), (model) => {
      for (const compressed of [true, false]) {
        const bytes = Buffer.from(encode(model, () => compressed))
        const ours = readMessage(bytes)
        for (const [index, { peer }] of peers.entries()) {
          const manner = peer.manner((row) => seen[index]?.add(row))
          const [theirs, expected] = [peer.read(bytes), readingOf(ours, manner)]
          // The first is fast, the second shows where.
          if (!isDeepStrictEqual(theirs, expected)) expect(theirs).toEqual(expected)
        }
      }
    }),
    { seed, numRuns: messages / 2 },
  )
  expect(seen.map((rows) => [...rows].toSorted())).toEqual(peers.map(({ rows }) => rows))
}

/** Half of the groups are 0, so that there is something to shorten. */
function withZeros(address: string): string {
  const groups = address.split(':')
  return groups.map((group) => (Number.parseInt(group, 16) % 2 === 0 ? '0' : group)).join(':')
}

function withoutOwnReaders(model: MessageModel): MessageModel {
  const plain = (record: ResourceRecord): ResourceRecord => {
    const { data } = record
    if (data.kind === 'opaque') return { ...record, type: UNKNOWN_TYPE }
    if (data.kind === 'AAAA') return { ...record, data: { ...data, address: withZeros(data.address) } }
    if (data.kind !== 'OPT') return record
    return {
      ...record,
      data: { ...data, options: data.options.map((option) => ({ ...option, code: UNKNOWN_OPTION })) },
    }
  }
  const { answers, authorities, additionals } = model
  return {
    ...model,
    answers: answers.map(plain),
    authorities: authorities.map(plain),
    additionals: additionals.map(plain),
  }
}
