import { type FuzzMessages, type FuzzRandom, joinParts, MessageSource, splitParts } from '@pstorage/fuzz'
import { type DnsRecord, framed, type ReplyOptions, reply } from '@pstorage/testbed'

/** A stream that a server sends over a connection, and how it is split into segments. */
export interface StreamInput {
  readonly stream: Buffer
  /** Octets of each segment in turn, again from the start when they are used up; 0 is all that is left. */
  readonly sizes: Uint8Array
}

export const zone = 'pstorage.test'
const soa: DnsRecord = { name: zone, type: 'SOA', serial: 7 }
const service = (cluster: string, port = 2510): DnsRecord => ({
  name: `_pstorage._tcp.${cluster}.${zone}`,
  type: 'SRV',
  port,
  target: `mds1.${zone}`,
})
const host: DnsRecord = { name: `mds1.${zone}`, type: 'A', address: '192.0.2.1' }
const text: DnsRecord = { name: `pstorage_clusters.${zone}`, type: 'TXT', strings: ['cluster1,cluster2'] }
const bytes = Buffer.alloc(0)
const question = Buffer.concat([Buffer.from('\u0008pstorage\u0004test\0', 'latin1'), Buffer.of(0, 252, 0, 1)])

/** A message of a transfer, under the id 0. */
function message(answers: readonly DnsRecord[], options: ReplyOptions = {}): Buffer {
  const [id, opcode, type] = [0, 0, 252]
  const query = { id, opcode, type, class: 1, recursionDesired: false, name: zone, question, edns: false, bytes }
  return reply(query, { answers, compress: 'all', ...options })
}

/** Transfers as servers send them, message by message. */
export const transfers: readonly (readonly Buffer[])[] = [
  [message([soa, service('cluster1'), host, soa])],
  [message([soa]), message([service('cluster1'), service('Cluster1'), text]), message([host, soa])],
  [message([soa]), message([service('a')], { questions: [] }), message([service('*')]), message([]), message([soa])],
  [message([soa, service('x'.repeat(63)), service('a.b'), service('evil.test')]), message([soa])],
  [message([], { rcode: 'REFUSED' })],
  [
    message([soa, { name: 'other.test', type: 'SOA', serial: 7 }, { ...service('cluster2'), class: 3 }]),
    message([soa]),
  ],
  Array.from({ length: 12 }, (_, index) => message(index % 11 === 0 ? [soa] : [service(`c${index}`)])),
]

/** Makes streams of which some messages are changed, exchanged, left out or put in, or some octets without regard to any. */
export function streamInputs(
  random: FuzzRandom,
  messages: FuzzMessages,
  wholes: readonly (readonly Buffer[])[],
): () => Uint8Array {
  const source = new MessageSource(random, messages, wholes.flat())
  return () => {
    const chosen = random.below(wholes.length)
    const parts: Uint8Array[] = [...(wholes[chosen] ?? [])]
    if (!random.oneIn(8)) {
      const at = random.below(parts.length)
      const kind = random.below(8)
      if (kind < 4) parts[at] = source.mutated(parts[at] ?? Buffer.alloc(0))
      else if (kind === 4) parts.splice(at, 1)
      else if (kind === 5) parts.splice(at, 0, source.next())
      else if (kind === 6) parts.push(...parts.splice(at, 1))
      else parts.splice(at, 0, parts[random.below(parts.length)] ?? Buffer.alloc(0))
    }
    const stream = Buffer.concat(parts.map(framed))
    if (random.oneIn(8)) stream[random.below(stream.length)] = random.bits()
    const end = random.oneIn(8) ? random.below(stream.length + 1) : stream.length
    const sizes = Buffer.from(Array.from({ length: random.below(6) }, () => random.small(256)))
    return joinParts([Buffer.of(chosen), sizes, stream.subarray(0, end)])
  }
}

/** Takes an input apart: which transfer it was made of, and what is sent. */
export function streamOf(input: Uint8Array): StreamInput & { readonly chosen: number } {
  const [chosen = Buffer.alloc(1), sizes = Buffer.alloc(0), stream = Buffer.alloc(0)] = splitParts(input)
  return { chosen: chosen[0] ?? 0, sizes, stream: Buffer.from(stream) }
}

/** The segments in which it comes. */
export function* segmentsOf({ stream, sizes }: StreamInput): Generator<Buffer> {
  let at = 0
  for (let index = 0; at < stream.length; index += 1) {
    const size = sizes.length === 0 ? 0 : (sizes[index % sizes.length] ?? 0)
    const end = size === 0 ? stream.length : Math.min(stream.length, at + size)
    yield stream.subarray(at, end)
    at = end
  }
}
