import { type FuzzMessages, type FuzzRandom, joinParts, MessageSource, splitParts } from '@pstorage/fuzz'
import { type DnsRecord, readDnsQuery, reply } from '@pstorage/testbed'
import type { Sender } from '../../src/link/multicast-interface.js'
import { settled } from '../announce/responder-scene.js'
import { multicastResponse } from '../multicast-response.js'
import { packetRecords, servicePacket } from '../service-packets.js'

/** One datagram of several that arrive one after another. */
export interface ScriptedDatagram {
  readonly bytes: Uint8Array
  readonly sender: Sender
  /** Milliseconds since the one before. */
  readonly after: number
}

const type = '_pstorage._tcp.local'
const alpha = { instance: 'alpha on node1', host: 'pstorage-node1.local', txt: ['txtvers=1', 'cluster=alpha'] }
const many = Array.from({ length: 12 }, (_, index) => {
  return { instance: `m${index}`, host: `h${index}.local`, addresses: ['192.0.2.7', 'fe80::7'], txt: ['cluster=beta'] }
})
const missing = readDnsQuery(Buffer.alloc(12))

function query(questions: readonly [name: string, type: number, flagged?: number][], known: readonly DnsRecord[] = []) {
  const queries = questions.map(([name, number, flagged = 1]) => ({ name, type: number, class: flagged }))
  return reply(missing, {
    id: 0,
    response: false,
    authoritative: false,
    questions: queries,
    answers: known,
    compress: 'all',
  })
}

/** Datagrams of a link where metadata servers are announced and looked for. */
const datagrams: readonly Uint8Array[] = [
  servicePacket(alpha),
  servicePacket({ ...alpha, ttl: 0 }),
  servicePacket({ ...alpha, port: 2511, addresses: ['192.0.2.22', '::1', '0.0.0.0'], priority: 1, weight: 0xffff }),
  servicePacket(...many),
  ...packetRecords({ instance: 'alpha (2)', txt: [] }).map((record) => multicastResponse([record])),
  multicastResponse([
    { name: '_alpha._sub._pstorage._tcp.local', type: 'PTR', target: `alpha on node1.${type}`, ttl: 75 },
  ]),
  multicastResponse([{ name: '_services._dns-sd._udp.local', type: 'PTR', target: type }]),
  query([[type, 12]]),
  query([['_alpha._sub._pstorage._tcp.local', 12, 0x8001]]),
  query([[type, 12]], packetRecords(alpha).slice(0, 1)),
  query([
    [`alpha on node1.${type}`, 33],
    [`alpha on node1.${type}`, 16],
    ['pstorage-node1.local', 1],
    ['pstorage-node1.local', 255],
  ]),
  // What the announcer says itself, another host could too.
  ...ownWords(),
]

function ownWords(): readonly Uint8Array[] {
  const scene = settled()
  scene.responder.publish([], scene.now)
  return [...settled().responder.goodbye(), ...scene.pass(1_000).map(({ bytes }) => bytes)]
}

const SENDERS: readonly [Sender, ...Sender[]] = [
  { address: '192.0.2.21', port: 5353 },
  { address: '192.0.2.22', port: 5353 },
  { address: 'fe80::21%eth0', port: 5353 },
  { address: '192.0.2.23', port: 40_000 },
  { address: '203.0.113.9', port: 5353 },
  { address: '192.0.2.24', port: 0 },
]

/** Makes scripts of one to fifteen datagrams, every other one changed. */
export function scriptInputs(random: FuzzRandom, messages: FuzzMessages): () => Uint8Array {
  const source = new MessageSource(random, messages, datagrams)
  return () => {
    const parts = Array.from({ length: 1 + random.below(15) }, () => {
      const after = random.pick([0, 1, 20, 500, 1_100, 10_001, 60_000, random.below(65_536)])
      const sender = random.oneIn(4) ? random.below(SENDERS.length) : random.below(2)
      const plain = random.oneIn(2) ? datagrams[random.below(datagrams.length)] : undefined
      return Buffer.concat([Buffer.of(sender, after >> 8, after), plain ?? source.next()])
    })
    return joinParts(parts)
  }
}

/** Takes an input apart. */
export function scriptOf(input: Uint8Array): readonly ScriptedDatagram[] {
  return splitParts(input)
    .slice(0, 16)
    .map((part) => ({
      bytes: part.subarray(3),
      sender: SENDERS[(part[0] ?? 0) % SENDERS.length] ?? SENDERS[0],
      after: ((part[1] ?? 0) << 8) | (part[2] ?? 0),
    }))
}
