import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { RecordType } from '@pstorage/dns-message'
import { readDnsQuery } from './dns-query.js'
import type { DnsRecord } from './dns-record.js'
import type { NamespaceHost } from './namespace-host.js'
import type { NamespaceProcess } from './namespace-process.js'
import { type ReplyOptions, reply } from './reply.js'

/** Options of {@link sendStorm}. */
export interface StormPlan {
  /** The victims: browsers (default) or announcers. */
  readonly against?: 'browsers' | 'announcers'
  /** The IPv4 addresses that it sends from, in turn. */
  readonly addresses: readonly string[]
  readonly packetsPerSecond: number
  readonly seconds: number
  /** The real metadata servers that it works against: instances, and the hosts where they listen. */
  readonly victims: readonly { readonly instance: string; readonly host: string }[]
}

/** Starts a storm on a host; it writes `sent N` when it is over. */
export function stormOn(host: NamespaceHost, plan: StormPlan): NamespaceProcess {
  const code = "import { sendStorm } from '@pstorage/testbed'; await sendStorm(JSON.parse(process.argv[1]))"
  // Before other programs, or a busy machine makes a breeze of it.
  return host.start(
    'nice',
    '-n',
    '-15',
    process.execPath,
    '--input-type=module',
    '--eval',
    code,
    '--',
    JSON.stringify(plan),
  )
}

/**
 * Sends to the group, against browsers, answers that were not asked for: instances that do not exist, contradictions of real
 * ones, goodbyes for them, and packets of nearly 9,000 octets; against announcers also questions of all kinds, and probes for
 * their names. Writes `ready` at the beginning and `sent N` at the end.
 */
export async function sendStorm(plan: StormPlan): Promise<void> {
  const { against = 'browsers', addresses, packetsPerSecond, seconds, victims } = plan
  const sockets = await Promise.all(addresses.map((address, index) => multicastSocket(address, against, index)))
  const variety = 4_000
  const packetOfKind = against === 'browsers' ? stormPacket : packetAgainstAnnouncers
  const packets = Array.from({ length: variety }, (_, number) => packetOfKind(number, victims))
  process.stdout.write('ready\n')
  const startedAt = performance.now()
  const total = packetsPerSecond * seconds
  let sent = 0
  while (sent < total) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1_000) * packetsPerSecond)
    for (; sent < due; sent += 1) {
      const packet = packets[sent % variety] ?? Buffer.alloc(0)
      sockets[sent % sockets.length]?.send(packet, 5353, '224.0.0.251', () => undefined)
    }
    await sleep(2)
  }
  process.stdout.write(`sent ${sent} in ${Math.round(performance.now() - startedAt)} ms\n`)
  for (const socket of sockets) socket.close()
}

/** Against announcers, every fourth one asks from another port, as programs do that know nothing of multicast DNS. */
async function multicastSocket(address: string, against: StormPlan['against'], index: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true, sendBufferSize: 4 * 2 ** 20 })
  socket.bind(against === 'announcers' && index % 4 === 3 ? 0 : 5353, address)
  await once(socket, 'listening')
  socket.setMulticastInterface(address)
  socket.setMulticastTTL(255)
  socket.setMulticastLoopback(false)
  return socket
}

const nothingAsked = readDnsQuery(Buffer.alloc(12))
const serviceType = '_pstorage._tcp.local'

function stormPacket(number: number, victims: StormPlan['victims']): Uint8Array {
  const victim = victims[number % victims.length]
  const kind = number % 20
  if (kind === 0) {
    const many = Array.from({ length: 60 }, (_, index) => spoofedRecords(`big ${number} ${index}`)).flat()
    return packetOf(many)
  }
  if (victim === undefined || kind < 10) return packetOf(spoofedRecords(`nobody ${number}`))
  const name = `${victim.instance}.${serviceType}`
  const unique = { class: 0x8001 }
  const host = `${victim.host}.local`
  const ttl = kind < 15 ? 0 : 120
  const target = kind < 15 ? host : `spoofed${number}.local`
  const address = `198.51.100.${number % 250}`
  return packetOf([
    { name: serviceType, type: 'PTR', target: name, ttl },
    { name, type: 'SRV', ...unique, port: 2510, target, ttl },
    { name, type: 'TXT', ...unique, strings: [kind < 15 ? '' : `cluster=spoofed${number}`], ttl },
    { name: host, type: 'A', ...unique, address, ttl },
  ])
}

const CLASS_IN = 1
const UNICAST_WANTED = 0x8001

function packetAgainstAnnouncers(number: number, victims: StormPlan['victims']): Uint8Array {
  const victim = victims[number % victims.length]
  const kind = number % 12
  if (victim === undefined || kind > 8) return stormPacket(number * 7, victims)
  const instance = `${victim.instance}.${serviceType}`
  const host = `${victim.host}.local`
  const rival = { class: CLASS_IN, ttl: 120 }
  const list = { name: serviceType, type: RecordType.PTR, class: number % 2 === 0 ? CLASS_IN : UNICAST_WANTED }
  const known: DnsRecord[] = Array.from({ length: 40 }, (_, index) => {
    return { name: serviceType, type: 'PTR', target: `known ${number} ${index}.${serviceType}`, ttl: 4_500 }
  })
  switch (kind) {
    case 0:
      return queryOf({ questions: [list] })
    case 1:
      return queryOf({ questions: [list], answers: known, truncated: true })
    case 7:
    case 8:
      // A sender that says that more is coming has to be waited for.
      return queryOf({ questions: [list], truncated: true })
    case 2:
      return queryOf({ answers: known, truncated: number % 4 !== 2 })
    case 3:
      return queryOf({ questions: Array(100).fill({ name: instance, type: RecordType.ANY }) })
    case 4:
      return queryOf({
        questions: [
          { name: host, type: RecordType.ANY },
          { name: instance, type: RecordType.SRV },
        ],
      })
    case 5:
      return queryOf({
        questions: [{ name: instance, type: RecordType.ANY }],
        authorities: [{ name: instance, type: 'SRV', ...rival, port: 65_535, priority: 65_535, target: 'zzz.local' }],
      })
    default:
      return queryOf({
        questions: [{ name: host, type: RecordType.ANY }],
        authorities: [{ name: host, type: 'A', ...rival, address: '198.51.100.254' }],
      })
  }
}

function queryOf(options: ReplyOptions): Uint8Array {
  return reply(nothingAsked, { id: 0, response: false, authoritative: false, compress: 'all', ...options })
}

function packetOf(answers: readonly DnsRecord[]): Uint8Array {
  return reply(nothingAsked, { id: 0, compress: 'all', answers })
}

function spoofedRecords(instance: string): readonly DnsRecord[] {
  const name = `${instance}.${serviceType}`
  const host = `h${instance.replaceAll(' ', '-')}.local`
  const unique = { class: 0x8001, ttl: 120 }
  return [
    { name: serviceType, type: 'PTR', target: name, ttl: 4_500 },
    { name, type: 'SRV', ...unique, port: 2510, target: host },
    { name, type: 'TXT', ...unique, strings: [`cluster=${instance.replaceAll(' ', '-')}`] },
    { name: host, type: 'A', ...unique, address: '198.51.100.66' },
  ]
}
