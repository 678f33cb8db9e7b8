import {
  address,
  readWireQuery,
  record,
  replyBody,
  srv,
  Type,
  txt,
  type WireQuery,
  wireName,
  writeReply,
} from './dns-wire.js'
import { CLUSTER, type ServerAction } from './name-servers.js'
import type { MulticastState } from './world.js'
import type { WorldClock } from './world-clock.js'

/** The MDS that announces the cluster on the link. */
export const LINK_ENDPOINT = '192.0.2.21:2510'
/** The address of this host. */
export const OWN_ADDRESS = '192.0.2.10'
export const MULTICAST_PORT = 5353

/** Milliseconds: responders wait for 20 to 120 (RFC 6762 section 6). */
const RESPONSE_DELAY = 40

/** Answers of the servers by each transport. A connection brings messages; an empty one ends it. */
export type Answerer = (server: string, query: WireQuery, transport: 'udp' | 'tcp') => ServerAction | readonly Buffer[]

/** A socket that has joined the group of multicast DNS. */
export interface GroupMember {
  receive(bytes: Buffer, from: { readonly address: string; readonly port: number }): void
}

/** The name servers that can be reached, and the link that this host is on. */
export class SimulatedNetwork {
  readonly clock: WorldClock
  /** Every question to a name server: its name and type, and who was asked. */
  readonly asked: Map<string, Set<string>> = new Map()
  #multicast: MulticastState = 'cannot'
  answer: Answerer = () => ({ kind: 'silent' })
  readonly #members = new Set<GroupMember>()

  constructor(clock: WorldClock) {
    this.clock = clock
  }

  get multicast(): MulticastState {
    return this.#multicast
  }

  /** Changes what is on the link. An MDS that comes announces itself (RFC 6762 section 8.3); one that goes says nothing. */
  become(multicast: MulticastState): void {
    const before = this.#multicast
    this.#multicast = multicast
    if (multicast === 'has it' && before !== 'has it') this.#answerAll(0)
  }

  /** Puts a query to a name server. */
  ask(server: string, message: Uint8Array, transport: 'udp' | 'tcp'): ServerAction | readonly Buffer[] {
    const query = readWireQuery(message)
    const key = `${query.type} ${query.name}`
    const known = this.asked.get(key)
    if (known === undefined) this.asked.set(key, new Set([server]))
    else known.add(server)
    return this.answer(server, query, transport)
  }

  join(member: GroupMember): void {
    this.#members.add(member)
  }

  leave(member: GroupMember): void {
    this.#members.delete(member)
  }

  /** Sends a datagram to everybody on the link, this host included. */
  multicastFrom(port: number, message: Uint8Array): void {
    if (this.#multicast === 'deaf' || this.#multicast === 'cannot') return
    const bytes = Buffer.from(message)
    this.#deliver(0, bytes, { address: OWN_ADDRESS, port })
    if (this.#multicast !== 'has it' || ((bytes[2] ?? 0) & 0x80) !== 0 || !bytes.includes(SERVICE)) return
    this.#answerAll(RESPONSE_DELAY)
  }

  #answerAll(delay: number): void {
    const [address = ''] = LINK_ENDPOINT.split(':')
    this.#deliver(delay, announcement(), { address, port: MULTICAST_PORT })
  }

  #deliver(ms: number, bytes: Buffer, from: { address: string; port: number }): void {
    this.clock.after(ms, () => {
      for (const member of [...this.#members]) member.receive(bytes, from)
    })
  }
}

const SERVICE = Buffer.from('\x09_pstorage')
let announced: Buffer | undefined

/** All that an MDS says about itself. */
function announcement(): Buffer {
  if (announced !== undefined) return announced
  const type = '_pstorage._tcp.local'
  const instance = `mds1.${type}`
  const [ip = ''] = LINK_ENDPOINT.split(':')
  const answers = [
    record(type, Type.PTR, wireName(instance)),
    srv(instance, 'mds1.local'),
    txt(instance, `cluster=${CLUSTER}`),
    address('mds1.local', ip),
  ]
  const nothing: WireQuery = { bytes: Buffer.alloc(12), name: '', type: 0, end: 12, hasEdns: false }
  announced = writeReply(nothing, replyBody({ answers }, true))
  return announced
}
