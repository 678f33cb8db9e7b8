import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { readDnsQuery } from './dns-query.js'
import type { DnsRecord } from './dns-record.js'
import type { NamespaceHost } from './namespace-host.js'
import type { NamespaceProcess } from './namespace-process.js'
import { reply } from './reply.js'

/** What a {@link sendStorm} does. */
export interface StormPlan {
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
  return host.startModule(code, JSON.stringify(plan))
}

/**
 * Sends answers that nobody asked for, to everybody: instances that do not exist, contradictions of real ones, goodbyes for
 * them, and packets of nearly 9,000 octets. Writes `ready` at the beginning and `sent N` at the end.
 */
export async function sendStorm({ addresses, packetsPerSecond, seconds, victims }: StormPlan): Promise<void> {
  const sockets = await Promise.all(addresses.map(multicastSocket))
  const variety = 4_000
  const packets = Array.from({ length: variety }, (_, number) => stormPacket(number, victims))
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

async function multicastSocket(address: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true, sendBufferSize: 4 * 2 ** 20 })
  socket.bind(5353, address)
  await once(socket, 'listening')
  socket.setMulticastInterface(address)
  socket.setMulticastTTL(255)
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
