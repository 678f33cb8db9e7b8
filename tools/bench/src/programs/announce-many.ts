import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { dnsPacket } from '../peer-codec.js'

// Run on a host of its own: COUNT ADDRESS. Announces COUNT instances, each of a cluster of its own, until its standard input ends.
const [count = '0', address = ''] = process.argv.slice(2)
/** Milliseconds between two announcements of all. */
const INTERVAL = 1_000
/** Datagrams that a socket takes without a loss, and the milliseconds after which it takes more. */
const BURST = { datagrams: 20, pause: 4 }

const service = '_pstorage._tcp.local'
const datagrams = Array.from({ length: Number(count) }, (_, index) => {
  const instance = `mds${index}.${service}`
  const host = `mds${index}.local`
  return dnsPacket.encode({
    type: 'response',
    flags: 0x400,
    answers: [
      { name: service, type: 'PTR', ttl: 4_500, data: instance },
      { name: instance, type: 'SRV', ttl: 120, flush: true, data: { port: 2510, target: host } },
      { name: instance, type: 'TXT', ttl: 4_500, flush: true, data: [`cluster=cluster-${index}`] },
      { name: host, type: 'A', ttl: 120, flush: true, data: `198.51.${index >> 8}.${index & 255}` },
    ],
  })
})

const socket = createSocket({ type: 'udp4', reuseAddr: true })
socket.bind(5353)
await once(socket, 'listening')
socket.setMulticastInterface(address)
process.stdin.resume().once('end', () => process.exit(0))
console.log('announcing')
for (;;) {
  for (const [index, datagram] of datagrams.entries()) {
    socket.send(datagram, 5353, '224.0.0.251')
    if (index % BURST.datagrams === BURST.datagrams - 1) await sleep(BURST.pause)
  }
  await sleep(INTERVAL)
}
